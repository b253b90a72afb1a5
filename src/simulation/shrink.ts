// From a schedule of faults that fails to a small one that fails the same way: fewer faults, shorter ones, and no time after it.
// (Zeller and Hildebrandt 2002, "Simplifying and isolating failure-inducing input", ddmin.)
import type { Fault } from "./fault.js";
import type { Violation } from "./invariant.js";

export interface Schedule {
  readonly faults: readonly Fault[];
  readonly horizonMs: number;
}

export interface Failure extends Schedule {
  readonly violation: Violation;
}

/** Runs a schedule; null where nothing is violated. */
export type TrySchedule = (schedule: Schedule) => Promise<Violation | null>;

/** Runs that a failure may cost; then the smallest schedule found so far is it. */
const MAX_RUNS = 200;
const SHORTER = 0.5;

export async function shrink(failure: Failure, attempt: TrySchedule): Promise<Failure> {
  const shrinking = new Shrinking(failure, attempt);
  await shrinking.reduceFaults();
  await shrinking.shortenFaults();
  return shrinking.smallest;
}

class Shrinking {
  readonly #attempt: TrySchedule;
  readonly #invariant: string;
  #smallest: Failure;
  #runs = 0;

  constructor(failure: Failure, attempt: TrySchedule) {
    this.#attempt = attempt;
    this.#invariant = failure.violation.invariant;
    this.#smallest = cut(failure);
  }

  get smallest(): Failure {
    return this.#smallest;
  }

  async reduceFaults(): Promise<void> {
    let parts = 2;
    while (this.#smallest.faults.length > 0 && this.#runs < MAX_RUNS) {
      const { faults } = this.#smallest;
      const size = Math.ceil(faults.length / parts);
      const without = Array.from({ length: Math.ceil(faults.length / size) }, (_, part) =>
        faults.filter((__, index) => Math.floor(index / size) !== part),
      );
      if (await this.#takeFirst(without)) parts = Math.max(2, parts - 1);
      else if (size === 1) return;
      else parts = Math.min(faults.length, 2 * parts);
    }
  }

  async shortenFaults(): Promise<void> {
    for (let index = 0; index < this.#smallest.faults.length; index += 1) {
      let isShorter = true;
      while (isShorter) {
        const fault = this.#smallest.faults[index];
        if (fault === undefined || fault.forMs <= 1) break;
        const shorter = { ...fault, forMs: Math.floor(fault.forMs * SHORTER) };
        isShorter = await this.#takeFirst([this.#smallest.faults.with(index, shorter)]);
      }
    }
  }

  /** The first list that still fails the same way becomes the smallest. */
  async #takeFirst(lists: readonly (readonly Fault[])[]): Promise<boolean> {
    for (const faults of lists) {
      if (this.#runs >= MAX_RUNS) return false;
      this.#runs += 1;
      const schedule = { faults, horizonMs: this.#smallest.horizonMs };
      const violation = await this.#attempt(schedule);
      if (violation?.invariant !== this.#invariant) continue;
      this.#smallest = cut({ ...schedule, violation });
      return true;
    }
    return false;
  }
}

/** What is after the violation has no part in it. */
function cut({ faults, horizonMs, violation }: Failure): Failure {
  return {
    faults: faults.filter(({ atMs }) => atMs <= violation.atMs),
    horizonMs: Math.min(horizonMs, Math.ceil(violation.atMs)),
    violation,
  };
}
