// The data-plane side of a breaker: permission bits and counters that every call reads. The statechart behind it sets the
// bits, and is told only when a threshold is crossed or a trial ends.
import type { SuccessWindow } from "../kernel/success-window.js";

/** What the gate tells its statechart. */
export interface BreakerControl {
  /** It failed too often. */
  tripped(): void;
  trialEnded(success: boolean): void;
  stop(): void;
}

/** Makes the statechart behind a gate, on the gate's first trip. */
export type CreateBreaker = (gate: BreakerGate) => BreakerControl;

export type GateMode = "closed" | "open" | "half_open";

/** Failures in a row that trip it. */
export const TRIP_IN_A_ROW = 5;
/** Or more than half of at least this many calls in the window. */
const TRIP_CALLS = 20;
const TRIP_BELOW = 0.5;

export class BreakerGate {
  #mode: GateMode = "closed";
  /** Read on every choice: a plain field. */
  isClosed = true;
  #permits = 0;
  /** Half-open periods so far: a trial that ends in a later one than it began in says nothing of that. */
  #period = 0;
  #inARow = 0;
  #control: BreakerControl | undefined;
  readonly #create: CreateBreaker | undefined;

  constructor(create: CreateBreaker | undefined) {
    this.#create = create;
  }

  get mode(): GateMode {
    return this.#mode;
  }

  get failuresInARow(): number {
    return this.#inARow;
  }

  /** Half open, with a trial call left to give. */
  get wantsTrial(): boolean {
    return this.#permits > 0;
  }

  /** Takes a trial call's permit; what it gives is handed back when the trial ends. */
  beginTrial(): number {
    this.#permits -= 1;
    return this.#period;
  }

  /** `success` undefined: the trial said nothing, as its caller gave up, and another may try. */
  trialEnded(period: number, success: boolean | undefined): void {
    if (this.#mode !== "half_open" || period !== this.#period) return;
    if (success === undefined) this.#permits += 1;
    else this.#control?.trialEnded(success);
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  /** True when the counters say that it should trip. */
  failed(window: SuccessWindow, nowMs: number): boolean {
    this.#inARow += 1;
    if (this.#create === undefined || this.#mode !== "closed") return false;
    if (this.#inARow >= TRIP_IN_A_ROW) return true;
    const [succeeded, failed] = [window.succeeded(nowMs), window.failed(nowMs)];
    return succeeded + failed >= TRIP_CALLS && succeeded < TRIP_BELOW * (succeeded + failed);
  }

  trip(): void {
    this.#control ??= this.#create?.(this);
    this.#control?.tripped();
  }

  /** Of the statechart only. */
  open(): void {
    this.#mode = "open";
    this.isClosed = false;
    this.#permits = 0;
  }

  /** Of the statechart only: that many trial calls may go out. */
  halfOpen(permits: number): void {
    this.#mode = "half_open";
    this.isClosed = false;
    this.#period += 1;
    this.#permits = permits;
  }

  /** Of the statechart only. */
  close(): void {
    this.#mode = "closed";
    this.isClosed = true;
    this.#permits = 0;
    this.#inARow = 0;
  }

  /** Nothing is left running behind it. */
  dispose(): void {
    this.#control?.stop();
    this.#control = undefined;
  }
}
