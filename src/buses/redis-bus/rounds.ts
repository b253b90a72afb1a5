// Work that is done again and again, one round after the other.
import type { Clock, TimerHandle } from "../../contracts/clock.js";

/** Each round begins `pauseMs` after the one before has ended. */
export class Rounds {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #round: () => Promise<void>;
  #timer: TimerHandle | undefined;
  #isClosed = false;

  constructor(clock: Clock, pauseMs: number, round: () => Promise<void>) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
    this.#round = round;
    this.#schedule();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A round that is under way ends by itself. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = this.#clock.setTimeout(() => {
      void this.#round().finally(() => {
        this.#schedule();
      });
    }, this.#pauseMs);
  }
}
