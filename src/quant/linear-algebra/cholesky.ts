// Symmetric positive definite systems by Cholesky factors. Matrices are n × n, row-major; only the lower triangle is read.

/** The lower L with L·L' = A, in a new array; `undefined` when A is not positive definite to working precision. */
export function choleskyFactor(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= factor[rowI + k]! * factor[rowJ + k]!;
      if (i !== j) factor[rowI + j] = sum / factor[rowJ + j]!;
      else if (sum > 0) factor[rowI + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** The x of L·L'·x = b, in a new array. */
export function choleskySolve(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= factor[i * n + k]! * value;
  }
  return x;
}
