// The heavy part of the engine, run on a worker thread: from arrays to cleaned weights with a proven gap.
import { NautilusError } from "../../contracts/errors.js";
import { defineKernel } from "../../contracts/pool.js";
import type { AllocationStage, Constraints } from "../../domain/products/portfolio.js";
import { createRandom } from "../../kernel/seeded-random.js";
import { isSemidefinite } from "../../quant/linear-algebra/cholesky.js";
import { cleanWeights } from "../../quant/optimisation/clean-weights.js";
import { heldRange } from "../../quant/optimisation/feasibility.js";
import {
  solveSparseProgram,
  type SearchStage,
  type SparseSolution,
} from "../../quant/optimisation/solve-sparse-program.js";
import { largest } from "../../quant/optimisation/sparse-program.js";
import type { SupportSolution } from "../../quant/optimisation/support-program.js";

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
  readonly stages: AllocationStage[];
}

/** What rounding and shrinkage may leave below zero in a covariance, relative to its largest element. */
const SEMIDEFINITE_SLACK = 1e-10;
/** Gaps are relative to the bound, but never to less than this. */
const LEAST_BOUND = 1e-9;

/**
 * max μ'w − γ/2 · w'Σw over portfolios of the mandate. The same input gives the same bytes.
 * @throws NautilusError INVALID_INPUT when the covariance is not positive semidefinite
 */
export const optimisePortfolioKernel = defineKernel("quantum.optimise_portfolio", import.meta.url, optimisePortfolio);

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
  const outcomeOf = ({ weights }: SupportSolution): Outcome => outcome(cleanWeights(weights, constraints), input);
  const { variance, ...best } = outcomeOf(solution.best);
  return {
    ...best,
    volatility: Math.sqrt(Math.max(0, variance)),
    method: methodOf(solution.stages),
    gapToOptimum: gapOf(solution, solution.best, best.objective),
    gapKind: solution.proven ? "exact" : "bound",
    stages: solution.stages.map(({ method, solution: reached }) => {
      const { objective } = outcomeOf(reached);
      return { method, objective, gap: gapOf(solution, reached, objective) };
    }),
  };
}

/** The parts of the search that the returned weights come from: the first, and those that improved on the one before. */
function methodOf(stages: readonly SearchStage[]): string {
  const improving = stages.filter(({ solution }, at) => solution !== stages[at - 1]?.solution);
  return improving.map(({ method }) => method).join("+");
}

/** What is proven best has no gap, whatever cleaning its weights has rounded. */
function gapOf({ proven, best, lowerBound }: SparseSolution, reached: SupportSolution, objective: number): number {
  if (proven && reached === best) return 0;
  const bound = -lowerBound;
  return Math.max(0, bound - objective) / Math.max(Math.abs(bound), LEAST_BOUND);
}

interface Outcome {
  readonly weights: Float64Array;
  readonly expectedReturn: number;
  readonly variance: number;
  readonly objective: number;
}

function outcome(
  weights: Float64Array,
  { expectedReturn: mean, covariance, riskAversion }: OptimisePortfolioInput,
): Outcome {
  const n = weights.length;
  let expectedReturn = 0;
  let variance = 0;
  for (let i = 0; i < n; i += 1) {
    if (weights[i] === 0) continue;
    expectedReturn += weights[i]! * mean[i]!;
    for (let j = 0; j < n; j += 1) variance += weights[i]! * weights[j]! * covariance[i * n + j]!;
  }
  return { weights, expectedReturn, variance, objective: expectedReturn - (riskAversion / 2) * variance };
}
