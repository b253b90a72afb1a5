// How much of a covariance is risk of its own: the diagonal that can be taken out of a matrix and leave it semidefinite.
import { factorise, invertFactorised, isSemidefinite } from "../linear-algebra/cholesky.js";
import { largest } from "./sparse-program.js";

/** The barrier falls from the first to the last of these, relative to the mean of 1 / (Q⁻¹)ᵢᵢ. */
const FIRST_BARRIER = 0.3;
const LAST_BARRIER = 0.01;
/** A sweep costs n³; what is not affordable in a large matrix is left out. */
const MOST_SWEEPS = 16;
const SWEEP_WORK = 4e8;
/** Semidefinite up to this much of the largest coefficient: what rounding alone can do. */
const ROUNDING = 1e-13;

/**
 * d ≥ 0 with Q − diag(d) ⪰ 0 and Σd nearly as large as it can be; zeros when Q is singular or too large (n > 584).
 * Maximises Σd + τ log det(Q − diag(d)) for a falling τ, one coordinate at a time in closed form: with
 * M = (Q − diag(d))⁻¹ the best change of dᵢ is 1/Mᵢᵢ − τ, and M follows by Sherman–Morrison.
 *
 * Source: the diagonal SDP of Frangioni and Gentile (2007), Operations Research Letters 35, 181–185, and Zheng, Sun and Li
 * (2014), INFORMS Journal on Computing 26, 690–703; solved by the barrier coordinate method of Dong (2016), SIAM Journal on
 * Optimization 26, 1962–1985.
 */
export function diagonalPart(quadratic: Float64Array, n: number): Float64Array {
  const none = new Float64Array(n);
  const sweeps = Math.min(MOST_SWEEPS, Math.floor(SWEEP_WORK / n ** 3));
  const factor = Float64Array.from(quadratic);
  if (sweeps < 2 || !factorise(factor, n)) return none;
  const inverse = invertFactorised(factor, n);
  const diagonal = new Float64Array(n);
  let scale = 0;
  for (let i = 0; i < n; i += 1) scale += 1 / (inverse[i * n + i]! * n);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const barrier = scale * FIRST_BARRIER * (LAST_BARRIER / FIRST_BARRIER) ** (sweep / (sweeps - 1));
    for (let i = 0; i < n; i += 1) grow(diagonal, inverse, { i, barrier });
  }
  return leavesSemidefinite(quadratic, diagonal) ? diagonal : none;
}

function grow(
  diagonal: Float64Array,
  inverse: Float64Array,
  at: { readonly i: number; readonly barrier: number },
): void {
  const n = diagonal.length;
  const pivot = inverse[at.i * n + at.i]!;
  const change = Math.max(-diagonal[at.i]!, 1 / pivot - at.barrier);
  const gain = change / (1 - change * pivot);
  diagonal[at.i]! += change;
  const column = inverse.slice(at.i * n, at.i * n + n);
  for (let row = 0; row < n; row += 1) {
    const weight = gain * column[row]!;
    for (let j = 0; j < n; j += 1) inverse[row * n + j]! += weight * column[j]!;
  }
}

/** Checked from scratch: accumulated rounding must never turn into a bound that does not hold. */
function leavesSemidefinite(quadratic: Float64Array, diagonal: Float64Array): boolean {
  const n = diagonal.length;
  const rest = Float64Array.from(quadratic);
  for (let i = 0; i < n; i += 1) rest[i * n + i]! -= diagonal[i]!;
  return isSemidefinite(rest, n, largest(quadratic) * ROUNDING);
}
