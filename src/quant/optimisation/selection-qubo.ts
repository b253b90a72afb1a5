// Which assets to hold, written as a quadratic unconstrained binary optimisation: the form that annealers take.
import type { SparseProgram } from "./sparse-program.js";

/** minimise x'Ax + constant over x ∈ {0, 1}ⁿ. */
export interface Qubo {
  readonly size: number;
  /** A: size × size, row-major, symmetric; linear terms stand on the diagonal because xᵢ² = xᵢ. */
  readonly matrix: Float64Array;
  readonly constant: number;
}

/** The penalty is this much above what the objective can weigh against it. */
const MARGIN = 1.125;

/**
 * One binary variable per asset, xᵢ = 1 when it is held. The surrogate objective is that of equal weights w = x / k:
 *
 *   E(x) = x'Qx / 2k² − c'x / k + P (Σx − k)²
 *
 * The penalty P exceeds what any one flip can gain in the objective, so every minimum holds exactly k assets (a flip towards
 * k saves at least P). Weights are not encoded in bits: given the assets they are a convex program with an exact solution.
 *
 * Sources: Grant, Humble and Stump (2021), Physical Review Applied 15, 014012 (equal-weight selection on an annealer);
 * Venturelli and Kondratyev (2019), Quantum Machine Intelligence 1, 17–30 (cardinality penalty in portfolio QUBOs);
 * Lucas (2014), Frontiers in Physics 2:5 (penalties for constraints).
 */
export function selectionQubo({ size: n, quadratic, linear }: SparseProgram, held: number): Qubo {
  const matrix = new Float64Array(n * n);
  let penalty = 0;
  for (let i = 0; i < n; i += 1) {
    let reach = Math.abs(linear[i]!) / held;
    for (let j = 0; j < n; j += 1) {
      const coupling = quadratic[i * n + j]! / (2 * held * held);
      matrix[i * n + j] = coupling;
      reach += (i === j ? 1 : 2) * Math.abs(coupling);
    }
    matrix[i * n + i]! -= linear[i]! / held;
    penalty = Math.max(penalty, reach);
  }
  penalty = MARGIN * penalty || 1;
  // (Σx − k)² = Σ over pairs 2xᵢxⱼ + (1 − 2k) Σx + k².
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) matrix[i * n + j]! += i === j ? penalty * (1 - 2 * held) : penalty;
  }
  return { size: n, matrix, constant: penalty * held * held };
}

export function quboEnergy({ size: n, matrix, constant }: Qubo, x: Uint8Array): number {
  let energy = constant;
  for (let i = 0; i < n; i += 1) {
    if (x[i] === 0) continue;
    for (let j = 0; j < n; j += 1) if (x[j] === 1) energy += matrix[i * n + j]!;
  }
  return energy;
}
