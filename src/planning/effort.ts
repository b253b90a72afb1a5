// How much a search may do, counted in operations looked at: the same on every machine, so that plans can be repeated.
// A clock may cut it short where time matters more than that.

export interface EffortLimits {
  /** Operations looked at, each time counted. */
  readonly steps: number;
  /** A clock, and the time on it after which the search ends. */
  readonly clock?: { readonly nowMs: () => number; readonly untilMs: number } | undefined;
}

const STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 1024;

export class Effort {
  #spent = 0;
  #nextLook = 0;
  #late = false;

  constructor(readonly limits: EffortLimits) {}

  spend(steps: number): void {
    this.#spent += steps;
  }

  isOver(): boolean {
    const { steps, clock } = this.limits;
    if (clock !== undefined && this.#spent >= this.#nextLook) {
      this.#nextLook = this.#spent + STEPS_BETWEEN_LOOKS_AT_THE_CLOCK;
      this.#late ||= clock.nowMs() >= clock.untilMs;
    }
    return this.#late || this.#spent >= steps;
  }

  get spent(): number {
    return this.#spent;
  }
}
