// What a node knows of another never goes back to an earlier incarnation of it.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

export function incarnationsNeverReturn(): Invariant {
  /** The latest that was known, by who knows it and of whom. */
  const known = new WeakMap<Life, Map<string, number>>();
  return {
    name: "incarnations never return",
    check: ({ nodes }) => {
      for (const { nodeId, life } of nodes.values()) {
        if (life === undefined) continue;
        const { registry } = life.parts.network.membership;
        const latest = known.get(life) ?? new Map<string, number>();
        known.set(life, latest);
        for (const other of nodes.keys()) {
          const incarnation = registry.state(other)?.incarnation ?? 0;
          const before = latest.get(other) ?? 0;
          if (incarnation > before) latest.set(other, incarnation);
          else if (incarnation > 0 && incarnation < before) {
            return `${nodeId} knows incarnation ${incarnation} of ${other}, after ${before}`;
          }
        }
      }
      return undefined;
    },
  };
}
