// The selection problem that the solvers of this folder share: a budget program in which few variables may be non-zero.

/**
 * minimise ½x'Qx − c'x  subject to  Σx = 1,  every xᵢ = 0 or minWeight ≤ xᵢ ≤ maxWeight,  least ≤ #{xᵢ ≠ 0} ≤ most.
 * `least` follows from `maxWeight`; it is stated because bounds use it.
 */
export interface SparseProgram {
  readonly size: number;
  /** Q: size × size, row-major, symmetric positive semidefinite. */
  readonly quadratic: Float64Array;
  /** c: size. */
  readonly linear: Float64Array;
  readonly minWeight: number;
  readonly maxWeight: number;
  readonly least: number;
  readonly most: number;
}

/** What a subproblem has decided about a variable. */
export const OPEN = 0;
export const HELD = 1;
export const DROPPED = 2;

/** ½x'Qx − c'x. */
export function costOf({ size, quadratic, linear }: SparseProgram, weights: Float64Array): number {
  let cost = 0;
  for (let i = 0; i < size; i += 1) {
    if (weights[i] === 0) continue;
    let product = 0;
    for (let j = 0; j < size; j += 1) product += quadratic[i * size + j]! * weights[j]!;
    cost += weights[i]! * (product / 2 - linear[i]!);
  }
  return cost;
}

/** The largest absolute value: what rounding is relative to. */
export function largest(values: Float64Array): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}
