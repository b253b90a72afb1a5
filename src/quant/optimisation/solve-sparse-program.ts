// Which assets, and how much of each: annealing chooses, quadratic programs weigh, branch and bound proves.
import type { Random } from "../../contracts/random.js";
import { branchAndBound } from "./branch-and-bound.js";
import { exchangeSearch } from "./exchange-search.js";
import { temper } from "./parallel-tempering.js";
import { selectionQubo } from "./selection-qubo.js";
import { largest, type SparseProgram } from "./sparse-program.js";
import { SupportProgram, type SupportSolution } from "./support-program.js";

export interface SparseSolution {
  readonly best: SupportSolution;
  /** What annealing and local search reached before branch and bound began. */
  readonly annealed: SupportSolution;
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
  const annealed = exchangeSearch(supports, anneal(supports, random), {
    solves: within(EXCHANGE_WORK / program.most ** 3, 20, 2000),
    candidates: CANDIDATES,
  });
  const { best, lowerBound, proven, nodes } = branchAndBound(supports, {
    incumbent: annealed,
    tolerance: tolerance(program, annealed.cost),
    nodeLimit: within(NODE_WORK / program.size ** 2, 16, 4000),
  });
  return { best, annealed, lowerBound, proven, nodes };
}

/** The best exact cost among the low-energy states of a QUBO for each of several numbers of held assets. */
function anneal(supports: SupportProgram, random: Random): SupportSolution {
  const { program } = supports;
  const sweeps = within(SWEEP_WORK / program.size ** 2, 20, 100);
  let best = supports.solve(Array.from({ length: program.least }, (_, i) => i));
  for (const held of spread(program.least, program.most)) {
    const options = { replicas: REPLICAS, sweeps, keep: STATES_PER_SIZE, ones: held };
    for (const { ones } of temper(selectionQubo(program, held), random.fork(`held ${held}`), options)) {
      if (ones.length < program.least || ones.length > program.most) continue;
      const solution = supports.solve(ones);
      if (solution.cost < best.cost) best = solution;
    }
  }
  return best;
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
