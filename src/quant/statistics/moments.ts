// Moments of a stretch of an array, in two passes so that a large mean costs no digits. The stretch is `[from, to)`.

/** Arithmetic mean; 0 of nothing. */
export function mean(values: Float64Array, from = 0, to = values.length): number {
  if (to <= from) return 0;
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}

/** Unbiased variance, divisor n − 1; 0 of fewer than two values. */
export function variance(values: Float64Array, from = 0, to = values.length): number {
  const count = to - from;
  if (count < 2) return 0;
  const centre = mean(values, from, to);
  let sum = 0;
  for (let i = from; i < to; i++) {
    const deviation = values[i]! - centre;
    sum += deviation * deviation;
  }
  return sum / (count - 1);
}

/** Square root of the unbiased variance. */
export function standardDeviation(values: Float64Array, from = 0, to = values.length): number {
  return Math.sqrt(variance(values, from, to));
}

/**
 * Do values of this variance differ by more than rounding? A constant series of 0.1 has a computed variance of 1e-34, and
 * dividing by it would turn rounding errors into scores.
 */
export function hasSpread(variance: number, mean: number): boolean {
  return variance > 1e-24 * mean * mean;
}

export interface Shape {
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** g₁ = m₃ / m₂^{3/2} and g₂ = m₄ / m₂² − 3 of the central moments with divisor n; both 0 where nothing varies. */
export function shape(values: Float64Array, from = 0, to = values.length): Shape {
  const count = to - from;
  const centre = mean(values, from, to);
  let square = 0;
  for (let i = from; i < to; i++) square += (values[i]! - centre) ** 2;
  square /= count;
  if (!(count > 0) || !hasSpread(square, centre)) return { skewness: 0, excessKurtosis: 0 };
  const scale = Math.sqrt(square);
  let cube = 0;
  let fourth = 0;
  for (let i = from; i < to; i++) {
    const score = (values[i]! - centre) / scale;
    const squared = score * score;
    cube += squared * score;
    fourth += squared * squared;
  }
  return { skewness: cube / count, excessKurtosis: fourth / count - 3 };
}
