// Long work in short slices: between two of them the event loop runs, so that nothing else waits for a feed.
import type { Clock } from "../contracts/clock.js";

/** Longest stretch of feed work without a turn of the event loop. */
export const SLICE_MS = 8;

export class TimeSlices {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #endMs: number;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#endMs = clock.nowMs() + SLICE_MS;
  }

  /**
   * Goes on at once within a slice, after a turn of the event loop when it is used up.
   * @throws the signal's reason (rejected) once it is aborted
   */
  async pause(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#clock.nowMs() < this.#endMs) return;
    await this.#turn();
    this.#endMs = this.#clock.nowMs() + SLICE_MS;
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#clock.clearTimeout(timer);
        reject(this.#signal.reason as Error);
      };
      const timer = this.#clock.setTimeout(() => {
        this.#signal.removeEventListener("abort", abort);
        resolve();
      }, 0);
      this.#signal.addEventListener("abort", abort, { once: true });
    });
  }
}
