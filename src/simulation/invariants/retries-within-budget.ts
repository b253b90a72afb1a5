// A router adds no more to its traffic than a fifth of its calls and ten a second.
import type { Invariant } from "../invariant.js";

const SHARE_OF_CALLS = 0.2;
const PER_SECOND = 10;
/** What a budget holds before the first call. */
const AT_FIRST = 10;

export function retriesWithinBudget(): Invariant {
  return {
    name: "retries within budget",
    check: ({ nodes }) => {
      for (const { nodeId, life } of nodes.values()) {
        if (life === undefined) continue;
        const { calls, retries } = life.parts.router.counters;
        const budget = SHARE_OF_CALLS * calls + (PER_SECOND * life.clock.nowMs()) / 1000 + AT_FIRST;
        if (retries > budget) return `the router of ${nodeId} retried ${retries} times in ${calls} calls`;
      }
      return undefined;
    },
  };
}
