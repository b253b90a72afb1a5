// Prices into returns.

/** close[t] / close[t − 1] − 1 of `close[from, from + count)`: `count − 1` values in a new array. */
export function simpleReturns(close: Float64Array, from = 0, count = close.length - from): Float64Array {
  const returns = new Float64Array(Math.max(0, count - 1));
  for (let i = 0; i < returns.length; i++) returns[i] = close[from + i + 1]! / close[from + i]! - 1;
  return returns;
}
