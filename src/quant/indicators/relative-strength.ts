// Wilder's relative strength index.
import { wilderAverage, type RecursiveAverage } from "./smoothing.js";

/**
 * RSI in [0, 100], close by close; NaN for the first `period` closes. 100 · gain / (gain + loss) of Wilder-averaged gains
 * and losses (Wilder 1978); 50 where the price has not moved.
 */
export class RelativeStrength {
  #last = NaN;
  readonly #gain: RecursiveAverage;
  readonly #loss: RecursiveAverage;

  constructor(period: number) {
    this.#gain = wilderAverage(period);
    this.#loss = wilderAverage(period);
  }

  next(close: number): number {
    const change = close - this.#last;
    this.#last = close;
    if (Number.isNaN(change)) return NaN;
    const gain = this.#gain.next(change > 0 ? change : 0);
    const loss = this.#loss.next(change < 0 ? -change : 0);
    const total = gain + loss;
    return total === 0 ? 50 : (100 * gain) / total;
  }
}
