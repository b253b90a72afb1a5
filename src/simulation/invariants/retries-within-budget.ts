// A router adds no more to its traffic than a fifth of its calls and ten a second, saved up for no more than a hundred retries.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

const SHARE_OF_CALLS = 0.2;
const PER_SECOND = 10;
const MOST_SAVED = 100;
/** What a budget holds before the first call. */
const AT_FIRST = 10;

interface Account {
  nowMs: number;
  calls: number;
  retries: number;
  /** The most that can be left of the budget, whatever came in which order. */
  left: number;
}

/** What sums of many small fractions may be off by. */
const ROUNDING = 1e-6;

export function retriesWithinBudget(): Invariant {
  const accounts = new WeakMap<Life, Account>();
  return {
    name: "retries within budget",
    each: ({ nodeId, life }) => {
      if (life === undefined) return undefined;
      const { calls, retries } = life.parts.router.counters;
      const nowMs = life.clock.nowMs();
      let account = accounts.get(life);
      if (account === undefined) accounts.set(life, (account = { nowMs: 0, calls: 0, retries: 0, left: AT_FIRST }));
      const earned = SHARE_OF_CALLS * (calls - account.calls) + (PER_SECOND * (nowMs - account.nowMs)) / 1000;
      account.left = Math.min(MOST_SAVED, account.left) + earned - (retries - account.retries);
      account.nowMs = nowMs;
      account.calls = calls;
      account.retries = retries;
      if (account.left >= -ROUNDING) return undefined;
      return `the router of ${nodeId} retried ${retries} times in ${calls} calls, more than it had saved up`;
    },
  };
}
