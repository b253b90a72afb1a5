// The straight line through a stretch of a series, against time.

export interface LinearTrend {
  /** Per step. */
  readonly slope: number;
  /** Slope over its standard error, within ±`LIMIT`: a perfect line would be infinitely significant. 0 when flat. */
  readonly tStatistic: number;
}

const LIMIT = 1000;

/** Least squares of `values[from, to)` on 0, 1, 2 …; needs three values or more, else both figures are 0. */
export function linearTrend(values: Float64Array, from = 0, to = values.length): LinearTrend {
  const count = to - from;
  if (count < 3) return { slope: 0, tStatistic: 0 };
  const centreTime = (count - 1) / 2;
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  const centre = sum / count;
  let product = 0;
  let square = 0;
  for (let i = 0; i < count; i++) {
    const deviation = values[from + i]! - centre;
    product += (i - centreTime) * deviation;
    square += deviation * deviation;
  }
  const timeSquare = (count * (count * count - 1)) / 12;
  const slope = product / timeSquare;
  if (square <= 1e-24 * centre * centre * count) return { slope: 0, tStatistic: 0 };
  const residual = Math.max(0, square - slope * product);
  const error = Math.sqrt(residual / (count - 2) / timeSquare);
  const bounded = Math.abs(slope) >= LIMIT * error ? Math.sign(slope) * LIMIT : slope / error;
  return { slope, tStatistic: bounded };
}
