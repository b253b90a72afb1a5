// A symmetric matrix applied to a vector, and the quadratic form. Matrices are n × n, row-major, both triangles filled.

/** A·x, in a new array. */
export function symmetricProduct(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
    product[i] = sum;
  }
  return product;
}

/** x·y. */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
