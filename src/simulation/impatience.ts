// A caller that does not want to wait any longer.
import type { Clock } from "../contracts/clock.js";
import type { Random } from "../contracts/random.js";
import type { Goal } from "./invariant.js";

const GIVEN_UP_WITHIN_MS = 100;

/** Gives the goal up within a tenth of a second, should it not have ended by then. */
export function impatience(goal: Goal, clock: Clock, random: Random): AbortSignal {
  const caller = new AbortController();
  clock.setTimeout(() => {
    goal.isGivenUp = true;
    caller.abort();
  }, GIVEN_UP_WITHIN_MS * random.next());
  return caller.signal;
}
