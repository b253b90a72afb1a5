// The convex relaxation that guides branch and bound: where the weights would go if assets could be held in part.
import { factorise, invertFactorised } from "../linear-algebra/cholesky.js";
import { DROPPED, HELD, type SparseProgram } from "./sparse-program.js";

/** Iterates of one subproblem; a child starts from its parent's. All n long. */
export interface RelaxationState {
  /** Weights that satisfy the budget. */
  readonly point: Float64Array;
  /** Weights that satisfy the bounds and, with `share`, the number of assets. */
  readonly sparse: Float64Array;
  /** Held share zᵢ in [0, 1]. */
  readonly share: Float64Array;
  readonly dual: Float64Array;
  /** Price of holding one more asset; only where the search for it begins. */
  price: number;
}

const OVER_RELAXATION = 1.6;
/** Σz may miss the number of assets by this much: the bound does not rely on it. */
const SHARE_TOLERANCE = 1e-6;
const PRICE_STEPS = 40;

export function initialState(n: number): RelaxationState {
  const zeros = (): Float64Array => new Float64Array(n);
  return { point: zeros(), sparse: zeros().fill(1 / n), share: zeros(), dual: zeros(), price: 0 };
}

export function copyState({ point, sparse, share, dual, price }: RelaxationState): RelaxationState {
  return { point: point.slice(), sparse: sparse.slice(), share: share.slice(), dual: dual.slice(), price };
}

/**
 * minimise ½x'Rx − c'x + Σ ½dᵢxᵢ²/zᵢ  subject to  Σx = 1,  Σz ≤ most,  minWeight·z ≤ x ≤ maxWeight·z,  0 ≤ z ≤ 1, by the
 * alternating direction method of multipliers (Boyd et al. 2011, Foundations and Trends in Machine Learning 3, 1–122):
 * one side has R, c and the budget and one prefactored matrix for all subproblems, the other side separates and has a
 * closed form for a given price of an asset.
 */
export class PerspectiveRelaxation {
  readonly #program: SparseProgram;
  readonly #diagonal: Float64Array;
  /** (R + βI)⁻¹, its row sums and their sum. */
  readonly #inverse: Float64Array;
  readonly #rowSums: Float64Array;
  readonly #total: number;
  readonly #penalty: number;
  readonly #target: Float64Array;

  constructor(program: SparseProgram, diagonal: Float64Array, remainder: Float64Array) {
    const n = program.size;
    this.#program = program;
    this.#diagonal = diagonal;
    this.#penalty = penalty(program, remainder);
    this.#target = new Float64Array(n);
    const factor = Float64Array.from(remainder);
    for (let i = 0; i < n; i += 1) factor[i * n + i]! += this.#penalty;
    if (!factorise(factor, n)) throw new RangeError("the quadratic term is not positive semidefinite");
    this.#inverse = invertFactorised(factor, n);
    this.#rowSums = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) this.#rowSums[i]! += this.#inverse[i * n + j]!;
    }
    this.#total = this.#rowSums.reduce((sum, value) => sum + value, 0);
  }

  /** Moves `state` on by `iterations`. */
  iterate(state: RelaxationState, decided: Uint8Array, iterations: number): void {
    const { point, sparse, dual } = state;
    const target = this.#target;
    const n = this.#program.size;
    let held = 0;
    for (let i = 0; i < n; i += 1) if (decided[i] === HELD) held += 1;
    for (let iteration = 0; iteration < iterations; iteration += 1) {
      this.#spendBudget(state);
      for (let i = 0; i < n; i += 1) {
        target[i] = OVER_RELAXATION * point[i]! + (1 - OVER_RELAXATION) * sparse[i]! + dual[i]!;
      }
      this.#sparsify(state, decided, Math.max(0, this.#program.most - held));
      for (let i = 0; i < n; i += 1) dual[i] = target[i]! - sparse[i]!;
    }
  }

  /** point = argmin ½x'Rx − c'x + β/2 |x − sparse + dual|²  with Σx = 1. */
  #spendBudget({ point, sparse, dual }: RelaxationState): void {
    const { size: n, linear } = this.#program;
    let spent = 0;
    for (let i = 0; i < n; i += 1) this.#target[i] = linear[i]! + this.#penalty * (sparse[i]! - dual[i]!);
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let j = 0; j < n; j += 1) sum += this.#inverse[i * n + j]! * this.#target[j]!;
      point[i] = sum;
      spent += sum;
    }
    const lambda = (1 - spent) / this.#total;
    for (let i = 0; i < n; i += 1) point[i]! += lambda * this.#rowSums[i]!;
  }

  /** Finds the price at which `room` open assets are held in all: Σz falls as the price grows. */
  #sparsify(state: RelaxationState, decided: Uint8Array, room: number): void {
    if (this.#atPrice(state, decided, 0) <= room) {
      state.price = 0;
      return;
    }
    let low = 0;
    let high = Math.max(state.price, Number.EPSILON * this.#penalty);
    let taken = this.#atPrice(state, decided, high);
    while (taken > room) {
      low = high;
      high *= 2;
      taken = this.#atPrice(state, decided, high);
    }
    for (let step = 0; step < PRICE_STEPS && Math.abs(taken - room) > SHARE_TOLERANCE; step += 1) {
      const middle = (low + high) / 2;
      taken = this.#atPrice(state, decided, middle);
      if (taken > room) low = middle;
      else high = middle;
    }
    state.price = high;
  }

  /**
   * The separable step for a given price ρ. Minimising ½dx²/z + ρz over z leaves a line of slope ½dt + ρ/t up to the weight t
   * at which the asset is held in full, t = √(2ρ/d) kept within [minWeight, maxWeight], and ½dx² + ρ beyond.
   */
  #atPrice({ sparse, share }: RelaxationState, decided: Uint8Array, price: number): number {
    const { size: n, minWeight, maxWeight } = this.#program;
    let taken = 0;
    for (let i = 0; i < n; i += 1) {
      const d = this.#diagonal[i]!;
      const target = this.#target[i]!;
      const inFull = Math.min(maxWeight, Math.max(minWeight, (this.#penalty * target) / (this.#penalty + d)));
      if (decided[i] === DROPPED) sparse[i] = share[i] = 0;
      else if (decided[i] === HELD) {
        sparse[i] = inFull;
        share[i] = 1;
      } else {
        const ideal = d > 0 ? Math.sqrt((2 * price) / d) : maxWeight;
        const full = Math.min(maxWeight, Math.max(minWeight, ideal));
        const slope = full > 0 ? 0.5 * d * full + price / full : 0;
        const inPart = target - slope / this.#penalty;
        sparse[i] = inPart <= 0 ? 0 : inPart <= full ? inPart : Math.max(full, inFull);
        share[i] = inPart <= 0 ? 0 : inPart <= full ? inPart / full : 1;
        taken += share[i]!;
      }
    }
    return taken;
  }
}

/** The scale on which the two sides are weighed against each other: measured to settle within some 25 iterations. */
function penalty({ size: n, linear }: SparseProgram, remainder: Float64Array): number {
  let trace = 0;
  for (let i = 0; i < n; i += 1) trace += remainder[i * n + i]!;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of linear) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return trace / n + 0.2 * (most - least) || 1;
}
