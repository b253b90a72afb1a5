// The heavy part of the engine, run on a worker thread: from arrays to cleaned weights with a proven gap.
import { NautilusError } from "../../contracts/errors.js";
import { defineKernel } from "../../contracts/pool.js";
import type { Constraints } from "../../contracts/products.js";
import { createRandom } from "../../kernel/seeded-random.js";
import { isSemidefinite } from "../../quant/optimisation/cholesky.js";
import { cleanWeights } from "../../quant/optimisation/clean-weights.js";
import { heldRange } from "../../quant/optimisation/feasibility.js";
import { solveSparseProgram, type SparseSolution } from "../../quant/optimisation/solve-sparse-program.js";
import { largest } from "../../quant/optimisation/sparse-program.js";

export interface OptimisePortfolioInput {
  /** μ: n, annual. */
  readonly expectedReturn: Float64Array;
  /** Σ: n × n, row-major, annual. */
  readonly covariance: Float64Array;
  readonly riskAversion: number;
  /** Feasible for n assets. */
  readonly constraints: Constraints;
  readonly seed: number;
}

export interface OptimisePortfolioOutput {
  /** n: 0 where not held. */
  readonly weights: Float64Array;
  readonly expectedReturn: number;
  readonly volatility: number;
  readonly objective: number;
  readonly method: string;
  readonly gapToOptimum: number;
  readonly gapKind: "exact" | "bound";
}

/** What rounding and shrinkage may leave below zero in a covariance, relative to its largest element. */
const SEMIDEFINITE_SLACK = 1e-10;
/** Gaps are relative to the bound, but never to less than this. */
const LEAST_BOUND = 1e-9;

/**
 * max μ'w − γ/2 · w'Σw over portfolios of the mandate. The same input gives the same bytes.
 * @throws NautilusError INVALID_INPUT when the covariance is not positive semidefinite
 */
export const optimisePortfolioKernel = defineKernel("quantum.optimise_portfolio", optimisePortfolio);

function optimisePortfolio(input: OptimisePortfolioInput): OptimisePortfolioOutput {
  const { expectedReturn: mean, covariance, riskAversion, constraints, seed } = input;
  const size = mean.length;
  if (!isSemidefinite(covariance, size, SEMIDEFINITE_SLACK * largest(covariance) || SEMIDEFINITE_SLACK)) {
    throw new NautilusError("INVALID_INPUT", "the covariance of the risk model is not positive semidefinite");
  }
  const { minWeight, maxWeight } = constraints;
  const quadratic = covariance.map((value) => riskAversion * value);
  const program = { size, quadratic, linear: mean, minWeight, maxWeight, ...heldRange(constraints, size) };
  const solution = solveSparseProgram(program, createRandom(seed));
  const weights = cleanWeights(solution.best.weights, constraints);
  const { expectedReturn, variance } = moments(weights, mean, covariance);
  const objective = expectedReturn - (riskAversion / 2) * variance;
  return {
    weights,
    expectedReturn,
    volatility: Math.sqrt(Math.max(0, variance)),
    objective,
    method: methodOf(solution),
    ...gapOf(solution, objective),
  };
}

/** Names what the returned weights come from; tempering includes exchange moves on the exact cost. */
function methodOf({ best, annealed }: SparseSolution): string {
  return best === annealed ? "qubo-tempering+qp" : "qubo-tempering+qp+branch-and-bound";
}

function gapOf(
  { proven, lowerBound }: SparseSolution,
  objective: number,
): Pick<OptimisePortfolioOutput, "gapToOptimum" | "gapKind"> {
  if (proven) return { gapToOptimum: 0, gapKind: "exact" };
  const bound = -lowerBound;
  return { gapToOptimum: Math.max(0, bound - objective) / Math.max(Math.abs(bound), LEAST_BOUND), gapKind: "bound" };
}

function moments(
  weights: Float64Array,
  mean: Float64Array,
  covariance: Float64Array,
): { expectedReturn: number; variance: number } {
  const n = weights.length;
  let expectedReturn = 0;
  let variance = 0;
  for (let i = 0; i < n; i += 1) {
    if (weights[i] === 0) continue;
    expectedReturn += weights[i]! * mean[i]!;
    for (let j = 0; j < n; j += 1) variance += weights[i]! * weights[j]! * covariance[i * n + j]!;
  }
  return { expectedReturn, variance };
}
