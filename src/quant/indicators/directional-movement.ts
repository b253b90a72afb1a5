// Wilder's true range and directional movement, bar by bar (Wilder 1978, New Concepts in Technical Trading Systems).
import { wilderAverage } from "./smoothing.js";

/** max(high, previous close) − min(low, previous close). */
export function trueRange(high: number, low: number, previousClose: number): number {
  return Math.max(high, previousClose) - Math.min(low, previousClose);
}

const PERIOD = 14;

/** ATR(14), +DI, −DI and ADX(14). Every figure is NaN until its averages are seeded; 0 where the price has not moved. */
export class DirectionalMovement {
  #high = NaN;
  #low = NaN;
  #close = NaN;
  readonly #range = wilderAverage(PERIOD);
  readonly #plus = wilderAverage(PERIOD);
  readonly #minus = wilderAverage(PERIOD);
  readonly #index = wilderAverage(PERIOD);
  /** In the unit of the price; from the 15th bar on. */
  averageTrueRange = NaN;
  /** In [0, 100]; from the 15th bar on. */
  plusIndicator = NaN;
  minusIndicator = NaN;
  /** Average of 100 |+DI − −DI| / (+DI + −DI), in [0, 100]; from the 28th bar on. */
  averageIndex = NaN;

  next(high: number, low: number, close: number): void {
    const up = high - this.#high;
    const down = this.#low - low;
    const range = trueRange(high, low, this.#close);
    this.#high = high;
    this.#low = low;
    this.#close = close;
    if (Number.isNaN(up)) return;
    this.averageTrueRange = this.#range.next(range);
    const plus = this.#plus.next(up > down && up > 0 ? up : 0);
    const minus = this.#minus.next(down > up && down > 0 ? down : 0);
    if (Number.isNaN(plus)) return;
    const moved = this.averageTrueRange > 0;
    this.plusIndicator = moved ? (100 * plus) / this.averageTrueRange : 0;
    this.minusIndicator = moved ? (100 * minus) / this.averageTrueRange : 0;
    const total = this.plusIndicator + this.minusIndicator;
    this.averageIndex = this.#index.next(
      total === 0 ? 0 : (100 * Math.abs(this.plusIndicator - this.minusIndicator)) / total,
    );
  }
}
