// The best weights on a chosen set of assets: exact, and remembered, because searches come back to where they were.
import { solveBudgetProgram } from "./budget-program.js";
import { costOf, type SparseProgram } from "./sparse-program.js";

export interface SupportSolution {
  /** Indices of the non-zero weights, ascending. */
  readonly support: readonly number[];
  /** size long. */
  readonly weights: Float64Array;
  /** ½x'Qx − c'x. */
  readonly cost: number;
}

/** Solutions kept; the search visits fewer. When full the oldest is forgotten. */
const REMEMBERED = 20_000;

export class SupportProgram {
  readonly program: SparseProgram;
  readonly #known = new Map<string, SupportSolution>();
  #solved = 0;

  constructor(program: SparseProgram) {
    this.program = program;
  }

  /** Quadratic programs solved so far. */
  get solved(): number {
    return this.#solved;
  }

  /**
   * Minimises over weights within [minWeight, maxWeight] on `support` (ascending). Where minWeight is 0, what comes out at
   * zero is not held. `least` to `most` assets make it feasible.
   */
  solve(support: readonly number[]): SupportSolution {
    const key = support.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#known.size >= REMEMBERED ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    const solution = this.#solveAnew(support);
    this.#known.set(key, solution);
    return solution;
  }

  #solveAnew(support: readonly number[]): SupportSolution {
    this.#solved += 1;
    const { size, quadratic, linear, minWeight, maxWeight } = this.program;
    const count = support.length;
    const local = new Float64Array(count * count);
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < count; b += 1) local[a * count + b] = quadratic[support[a]! * size + support[b]!]!;
    }
    const lower = new Float64Array(count).fill(minWeight);
    const upper = new Float64Array(count).fill(maxWeight);
    const localLinear = Float64Array.from(support, (i) => linear[i]!);
    const { x } = solveBudgetProgram({ quadratic: local, linear: localLinear, lower, upper });
    const weights = new Float64Array(size);
    for (let a = 0; a < count; a += 1) weights[support[a]!] = x[a]!;
    return { support: support.filter((i) => weights[i]! > 0), weights, cost: costOf(this.program, weights) };
  }
}
