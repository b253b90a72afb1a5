// Two nodes never lead at the same moment, each leader has a greater token than those before it, and somebody leads three heartbeats
// after the last disturbance, with a second for what was asked then and got lost.
import { detectionMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";

export function oneLeads(): Invariant {
  let greatest: { readonly token: number; readonly life: object } | undefined;
  return {
    name: "one leads",
    each: (_node, world) => {
      const leaders = leadersOf(world);
      const [leader, other] = leaders;
      if (leader === undefined) return undefined;
      if (other !== undefined) return `${leaders.map(({ nodeId }) => nodeId).join(" and ")} lead at the same time`;
      const { nodeId, life, token } = leader;
      const isSame = greatest?.life === life && greatest.token === token;
      if (greatest !== undefined && !isSame && token <= greatest.token) {
        return `${nodeId} leads with token ${token}, after ${greatest.token}`;
      }
      greatest = { token, life };
      return undefined;
    },
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      const recovered = quietSinceMs !== undefined && nowMs - quietSinceMs > detectionMs(heartbeatMs);
      return recovered && leadersOf(world).length === 0 ? "nobody leads" : undefined;
    },
  };
}

function leadersOf({ nodes }: WorldView): readonly { nodeId: string; life: object; token: number }[] {
  return [...nodes.values()].flatMap(({ nodeId, life }) => {
    const leadership = life?.parts.leadership;
    return life !== undefined && leadership?.isLeader === true ? [{ nodeId, life, token: leadership.token }] : [];
  });
}
