// A scenario: which nodes there are, what runs on them, what is asked of them, and what may go wrong.
import type { GoalRequest } from "../domain/requests.js";
import type { Random } from "../contracts/random.js";
import type { Targets } from "./draw-faults.js";
import type { Fault } from "./fault.js";
import type { Invariant } from "./invariant.js";
import type { Effect, Served } from "./scripted-network.js";
import type { Casting } from "./simulated-node.js";
import type { Troubles } from "./troubles.js";

export interface Backstage {
  readonly seed: number;
  readonly random: Random;
  readonly troubles: Troubles;
  readonly onEffect: (effect: Effect) => void;
  readonly onServed: (served: Served) => void;
}

export interface Cast {
  readonly nodes: ReadonlyMap<string, Casting>;
  readonly targets: Targets;
  /** The so-manieth goal. */
  readonly goal: (index: number, random: Random) => GoalRequest;
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly heartbeatMs: number;
  readonly goalEveryMs: number;
  /** One at a time unless said. */
  readonly goalsAtOnce?: number;
  /** Share of the goals whose callers give up within a tenth of a second; none unless said. */
  readonly givenUp?: number;
  /** Faults begun in a minute of trouble, on average; two unless said. */
  readonly faultsPerMinute?: number;
  /** Kinds of faults that may strike; all by default. */
  readonly kinds?: readonly string[];
  /** Faults that always strike, instead of drawn ones. */
  readonly faults?: readonly Fault[];
  /** A server keeps the lease of the network; none unless said. */
  readonly isLed?: boolean;
  /** What must hold beyond what always must. */
  readonly invariants?: () => readonly Invariant[];
  readonly cast: (backstage: Backstage) => Cast;
}
