// Where the close stands within the range of the last bars.

export interface Ranges {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/**
 * (close − lowest low) / (highest high − lowest low) over the `period` bars that end before `to`, in [0, 1]; 0.5 where the
 * range is empty. Lane's raw %K is 100 times it, Williams' %R is 100 times it less 100.
 */
export function rangePosition({ high, low, close }: Ranges, period: number, to = close.length): number {
  let top = -Infinity;
  let bottom = Infinity;
  for (let i = to - period; i < to; i++) {
    if (high[i]! > top) top = high[i]!;
    if (low[i]! < bottom) bottom = low[i]!;
  }
  return top > bottom ? (close[to - 1]! - bottom) / (top - bottom) : 0.5;
}
