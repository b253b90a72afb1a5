// No call is sent to a node, or to an instance of a node that lives, which has been down for longer than it takes to know that.
// One that is on its way back may be sent work to wait for it, unless another instance of its engine is up.
import { topics } from "../../contracts/topics.js";
import { detectionMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";
import type { SimulatedNode } from "../simulated-node.js";

/** Of an instance, as its own node says. */
interface Standing {
  readonly isUp: boolean;
  /** On the clock of the world. */
  readonly sinceMs: number;
}

const UP: readonly string[] = ["engine.running", "engine.degraded", "engine.critical"];

export function noWorkForTheDead(): Invariant {
  const standings = new Map<string, Standing>();
  return {
    name: "no work for the dead",
    on: {
      nodeEvent: ({ nodeId, event: { type, subject } }, { nowMs }) => {
        if (!type.startsWith("engine.") || !subject.endsWith(`@${nodeId}`)) return undefined;
        const isUp = UP.includes(type);
        if (standings.get(subject)?.isUp !== isUp) standings.set(subject, { isUp, sinceMs: nowMs });
        return undefined;
      },
      sent: ({ from, topic, message }, world) => {
        if (message.type !== "call.make") return undefined;
        const node = [...world.nodes.values()].find(({ nodeId }) => topic === topics.calls(nodeId));
        if (node === undefined) return undefined;
        const { groups } = message.data as { readonly groups: readonly { readonly instanceId: string }[] };
        for (const { instanceId } of groups) {
          const isDead = node.life === undefined;
          if (!isDead && !isLost(instanceId, { node, world, standings })) continue;
          const downMs = world.nowMs - Math.max(node.changedMs, isDead ? 0 : (standings.get(instanceId)?.sinceMs ?? 0));
          // Whoever was blocked has still to see that time passed.
          const senderAwakeMs = world.nowMs - (world.nodes.get(from)?.awakeSinceMs ?? 0);
          if (Math.min(downMs, senderAwakeMs) <= detectionMs(world.heartbeatMs)) continue;
          const down = isDead ? `${node.nodeId}, which has been dead` : `${instanceId}, which has been down`;
          return `${from} sent a call to ${down} for ${Math.round(downMs)} ms`;
        }
        return undefined;
      },
    },
  };
}

interface Asking {
  readonly node: SimulatedNode;
  readonly world: WorldView;
  readonly standings: ReadonlyMap<string, Standing>;
}

/** Stopped, or down while another of its engine has long been up; and nothing keeps that from being known. */
function isLost(instanceId: string, { node, world, standings }: Asking): boolean {
  const host = node.life?.parts.fleet.hosts.find((each) => each.instanceId === instanceId);
  if (host === undefined || host.lifecycle === "running") return false;
  const { quietSinceMs, nowMs, heartbeatMs, nodes } = world;
  if (quietSinceMs === undefined || nowMs - quietSinceMs <= detectionMs(heartbeatMs)) return false;
  if (host.lifecycle === "stopped") return true;
  return [...nodes.values()]
    .flatMap(({ life }) => life?.parts.fleet.hosts ?? [])
    .filter(({ engineId, lifecycle }) => engineId === host.engineId && lifecycle === "running")
    .some((other) => nowMs - (standings.get(other.instanceId)?.sinceMs ?? nowMs) > detectionMs(heartbeatMs));
}
