// A router adds no more to its traffic than a fifth of its calls and ten a second, saved up for no more than a hundred retries.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

const SHARE_OF_CALLS = 0.2;
const PER_SECOND = 10;
const MOST_SAVED = 100;
/** What a budget holds before the first call. */
const AT_FIRST = 10;

interface Account {
  readonly nowMs: number;
  readonly calls: number;
  readonly retries: number;
  /** The most that can be left of the budget, whatever came in which order. */
  readonly left: number;
}

export function retriesWithinBudget(): Invariant {
  const accounts = new WeakMap<Life, Account>();
  return {
    name: "retries within budget",
    check: ({ nodes }) => {
      for (const { nodeId, life } of nodes.values()) {
        if (life === undefined) continue;
        const { calls, retries } = life.parts.router.counters;
        const nowMs = life.clock.nowMs();
        const before = accounts.get(life) ?? { nowMs: 0, calls: 0, retries: 0, left: AT_FIRST };
        const earned = SHARE_OF_CALLS * (calls - before.calls) + (PER_SECOND * (nowMs - before.nowMs)) / 1000;
        const left = Math.min(MOST_SAVED, before.left) + earned - (retries - before.retries);
        accounts.set(life, { nowMs, calls, retries, left });
        if (left < 0)
          return `the router of ${nodeId} retried ${retries} times in ${calls} calls, more than it had saved up`;
      }
      return undefined;
    },
  };
}
