// Moving average convergence/divergence (MACD).
import { exponentialAverage } from "./smoothing.js";

/** Appel's MACD(12, 26, 9) close by close, in the unit of the price: NaN until its averages are seeded. */
export class ConvergenceDivergence {
  readonly #fast = exponentialAverage(12);
  readonly #slow = exponentialAverage(26);
  readonly #signal = exponentialAverage(9);
  /** Fast less slow average; from the 26th close on. */
  line = NaN;
  /** Average of the line; from the 34th close on. The histogram is the line less the signal. */
  signal = NaN;

  next(close: number): void {
    this.line = this.#fast.next(close) - this.#slow.next(close);
    if (!Number.isNaN(this.line)) this.signal = this.#signal.next(this.line);
  }
}
