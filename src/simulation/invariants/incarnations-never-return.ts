// What a node believes of another never goes back to an earlier incarnation of it.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

export function incarnationsNeverReturn(): Invariant {
  /** The latest that was believed in, by who does and of whom. */
  const known = new WeakMap<Life, Map<string, number>>();
  return {
    name: "incarnations never return",
    on: {
      // Whenever it changed its mind: it may have changed it again a second later.
      nodeEvent: ({ nodeId, event: { type } }, { nodes }) => {
        const life = nodes.get(nodeId)?.life;
        if (life === undefined || !type.startsWith("node.")) return undefined;
        const latest = known.get(life) ?? new Map<string, number>();
        known.set(life, latest);
        for (const peer of life.parts.network.membership.peers()) {
          const before = latest.get(peer.nodeId) ?? 0;
          latest.set(peer.nodeId, peer.incarnation);
          if (peer.incarnation < before) {
            return `${nodeId} believes in incarnation ${peer.incarnation} of ${peer.nodeId}, after ${before}`;
          }
        }
        return undefined;
      },
    },
  };
}
