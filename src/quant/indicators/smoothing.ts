// Recursive averages, value by value in chronological order.

/**
 * average ← average + weight · (value − average), begun with the plain mean of the first `period` values and NaN before
 * that. So a figure depends on where its series begins, by a share of (1 − weight)^n after n more values.
 */
export class RecursiveAverage {
  #count = 0;
  #average = 0;
  readonly #period: number;
  readonly #weight: number;

  constructor(period: number, weight: number) {
    this.#period = period;
    this.#weight = weight;
  }

  next(value: number): number {
    if (this.#count === this.#period) {
      this.#average += this.#weight * (value - this.#average);
      return this.#average;
    }
    this.#average += value;
    if (++this.#count < this.#period) return NaN;
    this.#average /= this.#period;
    return this.#average;
  }
}

/** The exponential moving average: weight 2 / (period + 1). */
export function exponentialAverage(period: number): RecursiveAverage {
  return new RecursiveAverage(period, 2 / (period + 1));
}

/** Wilder's smoothing: weight 1 / period (Wilder 1978, New Concepts in Technical Trading Systems). */
export function wilderAverage(period: number): RecursiveAverage {
  return new RecursiveAverage(period, 1 / period);
}
