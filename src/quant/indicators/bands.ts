// Bollinger bands: the mean of the last closes, and how far they spread around it.
import { hasSpread, mean } from "../statistics/moments.js";

export interface Bands {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
  /** (close − lower) / (upper − lower); 0.5 where the closes do not vary. */
  readonly percentB: number;
  /** (upper − lower) / middle. */
  readonly width: number;
}

/** Bands at two population standard deviations over the `period` closes that end before `to` (Bollinger 2001). */
export function bollingerBands(close: Float64Array, period: number, to = close.length): Bands {
  const middle = mean(close, to - period, to);
  let square = 0;
  for (let i = to - period; i < to; i++) square += (close[i]! - middle) ** 2;
  square /= period;
  const half = hasSpread(square, middle) ? 2 * Math.sqrt(square) : 0;
  const [lower, upper] = [middle - half, middle + half];
  const percentB = half === 0 ? 0.5 : (close[to - 1]! - lower) / (upper - lower);
  return { middle, upper, lower, percentB, width: (upper - lower) / middle };
}
