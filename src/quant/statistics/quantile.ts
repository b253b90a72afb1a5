// Sample quantiles under one convention, so that two figures of the same data never differ by definition.

/** The values in ascending order, in a new array. */
export function sorted(values: Float64Array): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * The `p`-quantile of ascending values, linear between order statistics: definition 7 of Hyndman and Fan (1996), "Sample
 * quantiles in statistical packages", The American Statistician 50(4); the default of R and NumPy.
 * @throws RangeError when there are no values or `p` lies outside [0, 1]
 */
export function quantileOfSorted(ascending: Float64Array, p: number): number {
  if (ascending.length === 0) throw new RangeError("a quantile needs at least one value");
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile's probability must lie in [0, 1], not ${p}`);
  const position = (ascending.length - 1) * p;
  const below = Math.floor(position);
  const low = ascending[below]!;
  if (below === ascending.length - 1) return low;
  return low + (position - below) * (ascending[below + 1]! - low);
}
