// What a router is made with, and what it counts.
import type { Clock } from "../contracts/clock.js";
import type { Random } from "../contracts/random.js";
import type { CreateBreaker } from "./breaker-gate.js";
import type { Preferences } from "./selector.js";
import type { Strategy } from "./strategy.js";

export interface RouterCounters {
  readonly calls: number;
  readonly failures: number;
  readonly retries: number;
  readonly hedges: number;
  readonly rejected: number;
  /** Calls that failed for lack of room: in this router, or at every instance that was tried. */
  readonly shed: number;
  /** Further attempts that were not made: the retry budget was used up. */
  readonly unaffordable: number;
  readonly timeouts: number;
  /** Attempts given up because they took several times as long as was to be expected. */
  readonly stalls: number;
}

export const NO_CALLS: RouterCounters = {
  calls: 0,
  failures: 0,
  retries: 0,
  hedges: 0,
  rejected: 0,
  shed: 0,
  unaffordable: 0,
  timeouts: 0,
  stalls: 0,
};

export interface RouterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly strategy?: Strategy;
  readonly maxInFlight?: number;
  /** The statecharts of breakers; without them nothing is ever ejected. */
  readonly createBreaker?: CreateBreaker;
  readonly preferences?: Preferences;
  /** A second attempt at another instance when the first takes long, whichever answers first; default off. */
  readonly hedge?: boolean;
  /**
   * `all` (default): any choice that turns out to have failed can be explained. `sampled`: of those without an exclusion,
   * retry or hedge only the sample, which makes a call cheaper.
   */
  readonly records?: "all" | "sampled";
  /** One in so many choices is recorded; default 1024. */
  readonly sampleEvery?: number;
}
