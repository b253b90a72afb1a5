// No call is sent to a node that has been dead for longer than it takes to detect that.
import { topics } from "../../contracts/topics.js";
import { detectionMs } from "../bounds.js";
import type { Invariant } from "../invariant.js";

export function noWorkForTheDead(): Invariant {
  return {
    name: "no work for the dead",
    on: {
      sent: ({ from, topic, message }, { nodes, nowMs, heartbeatMs }) => {
        if (message.type !== "call.make") return undefined;
        for (const node of nodes.values()) {
          if (node.life !== undefined || topic !== topics.calls(node.nodeId)) continue;
          const deadMs = nowMs - node.changedMs;
          // Whoever was blocked has still to see that time passed.
          const senderAwakeMs = nowMs - (nodes.get(from)?.awakeSinceMs ?? 0);
          if (Math.min(deadMs, senderAwakeMs) > detectionMs(heartbeatMs)) {
            return `${from} sent a call to ${node.nodeId}, which has been dead for ${Math.round(deadMs)} ms`;
          }
        }
        return undefined;
      },
    },
  };
}
