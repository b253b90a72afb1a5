// Which assets, and how much of each: annealing chooses, quadratic programs weigh, exchange moves refine, branch and bound
// proves.
import type { Random } from "../../contracts/random.js";
import { branchAndBound } from "./branch-and-bound.js";
import { exchangeSearch } from "./exchange-search.js";
import { temper } from "./parallel-tempering.js";
import { selectionQubo } from "./selection-qubo.js";
import { largest, type SparseProgram } from "./sparse-program.js";
import { SupportProgram, type SupportSolution } from "./support-program.js";

/** What the best had become when a part of the search ended: the same object as before where the part improved nothing. */
export interface SearchStage {
  readonly method: string;
  readonly solution: SupportSolution;
}

export interface SparseSolution {
  readonly best: SupportSolution;
  /** The parts of the search in order: annealing, exchange moves, branch and bound, whose solution is `best`. */
  readonly stages: readonly [annealed: SearchStage, exchanged: SearchStage, searched: SearchStage];
  /** Nothing feasible costs less; equal to the cost of `best` when `proven`. */
  readonly lowerBound: number;
  readonly proven: boolean;
  readonly nodes: number;
}

/** Numbers of held assets for which a QUBO is annealed, and states of each that are weighed exactly. */
const SIZES = 8;
const STATES_PER_SIZE = 4;
const REPLICAS = 8;
const CANDIDATES = 12;

/** Work, not time: what each part may spend, in multiply-adds. The limits below follow from it and from the size. */
const SWEEP_WORK = 4e6;
const EXCHANGE_WORK = 2e6;
const NODE_WORK = 1e6;

/**
 * Deterministic given `random`, from which all chance comes; every part is bounded by a count that depends on the size of the
 * program alone. The program must be feasible (1 ≤ least ≤ most ≤ size, least·maxWeight ≥ 1, most·minWeight ≤ 1) and its
 * quadratic term positive semidefinite: proofs rest on that.
 */
export function solveSparseProgram(program: SparseProgram, random: Random): SparseSolution {
  const supports = new SupportProgram(program);
  const annealed = anneal(supports, random);
  const exchanged = { method: "exchange", solution: exchangeFrom(supports, annealed.solution) };
  const { best, lowerBound, proven, nodes } = branchAndBound(supports, {
    incumbent: exchanged.solution,
    tolerance: tolerance(program, exchanged.solution.cost),
    nodeLimit: within(NODE_WORK / program.size ** 2, 16, 4000),
  });
  const stages = [annealed, exchanged, { method: "branch-and-bound", solution: best }] as const;
  return { best, stages, lowerBound, proven, nodes };
}

/** Exchange moves from any portfolio, within the work that is allowed for them. */
export function exchangeFrom(supports: SupportProgram, from: SupportSolution): SupportSolution {
  const solves = within(EXCHANGE_WORK / supports.program.most ** 3, 20, 2000);
  return exchangeSearch(supports, from, { solves, candidates: CANDIDATES });
}

/** What a search can begin with that knows nothing: the first assets, as few as allowed. */
export function firstAssets(supports: SupportProgram): SupportSolution {
  return supports.solve(Array.from({ length: supports.program.least }, (_, i) => i));
}

/**
 * The best exact cost among the low-energy states of a QUBO for each of several numbers of held assets. Where none of them is
 * better than the first assets, those are what the search goes on with, and the method says so.
 */
function anneal(supports: SupportProgram, random: Random): SearchStage {
  const { program } = supports;
  const sweeps = within(SWEEP_WORK / program.size ** 2, 20, 100);
  let best = firstAssets(supports);
  let isAnnealed = false;
  for (const held of spread(program.least, program.most)) {
    const options = { replicas: REPLICAS, sweeps, keep: STATES_PER_SIZE, ones: held };
    for (const { ones } of temper(selectionQubo(program, held), random.fork(`held ${held}`), options)) {
      if (ones.length < program.least || ones.length > program.most) continue;
      const solution = supports.solve(ones);
      if (solution.cost < best.cost) best = solution;
      if (solution === best) isAnnealed = true;
    }
  }
  return { method: isAnnealed ? "qubo-tempering+qp" : "first-assets+qp", solution: best };
}

/** At most SIZES whole numbers from `least` to `most`, both included, in equal ratios: one more matters less among many. */
function spread(least: number, most: number): number[] {
  const sizes = Array.from({ length: SIZES }, (_, k) => Math.round(least * (most / least) ** (k / (SIZES - 1))));
  return [...new Set(sizes)];
}

/** Small beside the cost, above what rounding does to a bound. */
function tolerance({ quadratic, linear }: SparseProgram, cost: number): number {
  const scale = Math.max(largest(quadratic), largest(linear));
  return Math.max(1e-13 * scale, Math.min(1e-10 * scale, 1e-8 * Math.abs(cost)));
}

function within(count: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(count)));
}
