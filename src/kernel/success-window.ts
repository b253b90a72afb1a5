// Successes and failures of the last seconds, in a ring of fixed slots: no allocation to record, nothing to sort.

const SLOT_MS = 1000;
const SLOTS = 10;

export class SuccessWindow {
  readonly #successes = new Uint32Array(SLOTS);
  readonly #failures = new Uint32Array(SLOTS);
  #slot = 0;
  #slotEndsMs = 0;
  #succeeded = 0;
  #failed = 0;

  /** Calls that succeeded within the window. */
  succeeded(nowMs: number): number {
    this.#turn(nowMs);
    return this.#succeeded;
  }

  failed(nowMs: number): number {
    this.#turn(nowMs);
    return this.#failed;
  }

  record(success: boolean, nowMs: number): void {
    if (nowMs >= this.#slotEndsMs) this.#turn(nowMs);
    if (success) {
      this.#successes[this.#slot]! += 1;
      this.#succeeded += 1;
    } else {
      this.#failures[this.#slot]! += 1;
      this.#failed += 1;
    }
  }

  /** Share that succeeded, with one success assumed at the start: 1 without calls, never 0. */
  rate(nowMs: number): number {
    if (this.#failed === 0) return 1;
    this.#turn(nowMs);
    if (this.#failed === 0) return 1;
    return (this.#succeeded + 1) / (this.#succeeded + this.#failed + 1);
  }

  #turn(nowMs: number): void {
    if (nowMs < this.#slotEndsMs) return;
    const behind = Math.floor((nowMs - this.#slotEndsMs) / SLOT_MS) + 1;
    for (let step = 0; step < Math.min(behind, SLOTS); step += 1) {
      this.#slot = (this.#slot + 1) % SLOTS;
      this.#succeeded -= this.#successes[this.#slot]!;
      this.#failed -= this.#failures[this.#slot]!;
      this.#successes[this.#slot] = 0;
      this.#failures[this.#slot] = 0;
    }
    this.#slotEndsMs += behind * SLOT_MS;
  }
}
