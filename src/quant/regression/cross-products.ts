// Sums of products of columns, packed as a lower triangle: all that least squares needs to know of any number of rows.
// A row is [x₁ … x_p, y]; the products of two row sets add up, so that a stretch of rows is the difference of two prefixes.

/** Room for the products of rows with `columns` entries (p features and the outcome). */
export function packedLength(columns: number): number {
  return (columns * (columns + 1)) / 2;
}

/** Position of the product of columns i and j ≤ i. */
export function packedIndex(i: number, j: number): number {
  return (i * (i + 1)) / 2 + j;
}

/** Adds the products of one row to `products`, in place. */
export function addRow(products: Float64Array, row: Float64Array): void {
  let at = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i]!;
    for (let j = 0; j <= i; j++) products[at + j]! += value * row[j]!;
    at += i + 1;
  }
}

/** a + b − c, in a new array; `c` may be absent. */
export function combine(a: Float64Array, b: Float64Array, c?: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! + b[i]! - (c === undefined ? 0 : c[i]!);
  return result;
}

/** a − b, in a new array. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! - b[i]!;
  return result;
}
