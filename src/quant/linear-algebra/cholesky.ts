// Cholesky factors of small dense symmetric matrices, row-major in flat arrays, in place and without allocation.

/**
 * Replaces the lower triangle of the n × n matrix by its factor L with A = LL'. The upper triangle is not read.
 * False, with the matrix partly overwritten, when it is not numerically positive definite.
 */
export function factorise(matrix: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j += 1) {
    const rowJ = j * n;
    let pivot = matrix[rowJ + j]!;
    for (let k = 0; k < j; k += 1) pivot -= matrix[rowJ + k]! * matrix[rowJ + k]!;
    if (!(pivot > 0)) return false;
    const root = Math.sqrt(pivot);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < n; i += 1) {
      const rowI = i * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k += 1) sum -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = sum / root;
    }
  }
  return true;
}

/** Replaces `vector` by the solution of LL'x = vector; reads L by rows only, and leading zeros cost nothing. */
export function solveFactorised(factor: Float64Array, n: number, vector: Float64Array): void {
  let first = 0;
  while (first < n && vector[first] === 0) first += 1;
  for (let i = first; i < n; i += 1) {
    let sum = vector[i]!;
    for (let k = first; k < i; k += 1) sum -= factor[i * n + k]! * vector[k]!;
    vector[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    const value = vector[i]! / factor[i * n + i]!;
    vector[i] = value;
    for (let k = 0; k < i; k += 1) vector[k]! -= factor[i * n + k]! * value;
  }
}

/** The inverse of LL', n × n, symmetric. */
export function invertFactorised(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    column.fill(0);
    column[j] = 1;
    solveFactorised(factor, n, column);
    for (let i = j; i < n; i += 1) {
      inverse[i * n + j] = column[i]!;
      inverse[j * n + i] = column[i]!;
    }
  }
  return inverse;
}

/** Whether the symmetric matrix has no eigenvalue below −slack. */
export function isSemidefinite(matrix: Float64Array, n: number, slack: number): boolean {
  const shifted = Float64Array.from(matrix);
  for (let i = 0; i < n; i += 1) shifted[i * n + i]! += slack;
  return factorise(shifted, n);
}
