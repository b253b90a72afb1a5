// Proven lower bounds of a sparse program by duality: any point gives one, a good point a tight one.
import { DROPPED, HELD, OPEN, type SparseProgram } from "./sparse-program.js";

/** λ is exact enough when the tangents on both sides meet within this much of the best value, relatively. */
const LAMBDA_TOLERANCE = 1e-13;
const LAMBDA_STEPS = 60;

/**
 * With Q = R + diag(d), R ⪰ 0, any v and any λ,
 *
 *   ½x'Qx − c'x ≥ λ − ½v'Rv + Σᵢ gᵢ(xᵢ),   gᵢ(x) = ½dᵢx² + (Rv − c − λ)ᵢ x
 *
 * because (x − v)'R(x − v) ≥ 0 and Σx = 1. The right side separates, so its minimum over all portfolios of at most `most`
 * assets is a sort: each asset costs hᵢ = min gᵢ over [minWeight, maxWeight] when held and 0 when not. The best v and λ give
 * the perspective bound (Frangioni and Gentile 2006, Mathematical Programming 106, 225–236); whatever v is, the bound holds,
 * so a relaxation solved roughly costs tightness, never truth.
 */
export class SeparableBound {
  /** After `maximise`: the bound of the same subproblem with variable i held, or dropped, in addition. */
  readonly ifHeld: Float64Array;
  readonly ifDropped: Float64Array;

  readonly #program: SparseProgram;
  readonly #diagonal: Float64Array;
  readonly #remainder: Float64Array;
  readonly #base: Float64Array;
  readonly #cost: Float64Array;
  readonly #weight: Float64Array;
  readonly #chosen: Uint8Array;
  readonly #scratch: Float64Array;
  #constant = 0;
  #fewest = 0;
  #most = 0;
  #slope = 0;

  /** `remainder` is Q − diag(diagonal), positive semidefinite. */
  constructor(program: SparseProgram, diagonal: Float64Array, remainder: Float64Array) {
    const n = program.size;
    this.#program = program;
    this.#diagonal = diagonal;
    this.#remainder = remainder;
    this.#base = new Float64Array(n);
    this.#cost = new Float64Array(n);
    this.#weight = new Float64Array(n);
    this.#chosen = new Uint8Array(n);
    this.#scratch = new Float64Array(n);
    this.ifHeld = new Float64Array(n);
    this.ifDropped = new Float64Array(n);
  }

  /** The bound at `point`, maximised over λ; Infinity when the decisions leave no feasible portfolio. */
  maximise(point: Float64Array, decided: Uint8Array): number {
    if (!this.#expand(point, decided)) return Number.POSITIVE_INFINITY;
    let [low, high] = this.#bracket(decided);
    let lowValue = this.#value(low, decided);
    let lowSlope = this.#slope;
    let highValue = this.#value(high, decided);
    let highSlope = this.#slope;
    let best = lowValue > highValue ? low : high;
    let bestValue = Math.max(lowValue, highValue);
    for (let step = 0; step < LAMBDA_STEPS && lowSlope > 0 && highSlope < 0; step += 1) {
      // The dual function is concave: it lies under both tangents, hence under where they meet.
      const meet = (highValue - highSlope * high - lowValue + lowSlope * low) / (lowSlope - highSlope);
      const ceiling = lowValue + lowSlope * (meet - low);
      if (ceiling - bestValue <= LAMBDA_TOLERANCE * Math.abs(ceiling)) break;
      const lambda = step % 3 === 2 ? (low + high) / 2 : meet;
      if (!(lambda > low && lambda < high)) break;
      const value = this.#value(lambda, decided);
      if (value > bestValue) [best, bestValue] = [lambda, value];
      if (this.#slope > 0) [low, lowValue, lowSlope] = [lambda, value, this.#slope];
      else [high, highValue, highSlope] = [lambda, value, this.#slope];
    }
    this.#priceDecisions(this.#value(best, decided), decided);
    return bestValue;
  }

  /** b = Rv − c and −½v'Rv; false when too few variables are left. */
  #expand(point: Float64Array, decided: Uint8Array): boolean {
    const { size: n, linear, least, most } = this.#program;
    let held = 0;
    let open = 0;
    let energy = 0;
    for (let i = 0; i < n; i += 1) {
      if (decided[i] === HELD) held += 1;
      else if (decided[i] === OPEN) open += 1;
      let sum = 0;
      for (let j = 0; j < n; j += 1) sum += this.#remainder[i * n + j]! * point[j]!;
      energy += point[i]! * sum;
      this.#base[i] = sum - linear[i]!;
    }
    this.#constant = -energy / 2;
    this.#fewest = Math.max(0, least - held);
    this.#most = Math.min(open, most - held);
    return held <= most && held + open >= least;
  }

  /** Below it everything costs, above it everything pays: the slope changes its sign between. */
  #bracket(decided: Uint8Array): [number, number] {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#program.size; i += 1) {
      if (decided[i] === DROPPED) continue;
      low = Math.min(low, this.#base[i]!);
      high = Math.max(high, this.#base[i]! + this.#diagonal[i]! * this.#program.maxWeight);
    }
    const margin = 1e-9 * Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE);
    return [low - margin, high + margin];
  }

  /** The dual function at λ; leaves its slope, the costs and the choice behind. */
  #value(lambda: number, decided: Uint8Array): number {
    const { size: n, minWeight, maxWeight } = this.#program;
    let value = lambda + this.#constant;
    let spent = 0;
    let paying = 0;
    for (let i = 0; i < n; i += 1) {
      if (decided[i] === DROPPED) continue;
      const slope = this.#base[i]! - lambda;
      const d = this.#diagonal[i]!;
      const ideal = d > 0 ? -slope / d : slope < 0 ? maxWeight : minWeight;
      const weight = Math.min(maxWeight, Math.max(minWeight, ideal));
      const cost = (0.5 * d * weight + slope) * weight;
      this.#weight[i] = weight;
      this.#cost[i] = cost;
      if (decided[i] === HELD) {
        value += cost;
        spent += weight;
      } else if (cost < 0) paying += 1;
    }
    this.#choose(Math.max(this.#fewest, Math.min(this.#most, paying)), decided);
    for (let i = 0; i < n; i += 1) {
      if (this.#chosen[i] === 0) continue;
      value += this.#cost[i]!;
      spent += this.#weight[i]!;
    }
    this.#slope = 1 - spent;
    return value;
  }

  /** Marks the `count` cheapest open variables; the earlier of equals. */
  #choose(count: number, decided: Uint8Array): void {
    this.#chosen.fill(0);
    if (count === 0) return;
    const { size: n } = this.#program;
    let open = 0;
    for (let i = 0; i < n; i += 1) if (decided[i] === OPEN) this.#scratch[open++] = this.#cost[i]!;
    const threshold = smallest(this.#scratch, open, count);
    let left = count;
    for (let i = 0; i < n; i += 1) {
      if (decided[i] !== OPEN || this.#cost[i]! >= threshold) continue;
      this.#chosen[i] = 1;
      left -= 1;
    }
    for (let i = 0; i < n && left > 0; i += 1) {
      if (decided[i] !== OPEN || this.#cost[i] !== threshold) continue;
      this.#chosen[i] = 1;
      left -= 1;
    }
  }

  /** What one more decision does to the choice at the present λ: it replaces, adds or refills. */
  #priceDecisions(value: number, decided: Uint8Array): void {
    let count = 0;
    let dearest = Number.NEGATIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#program.size; i += 1) {
      if (decided[i] !== OPEN) continue;
      if (this.#chosen[i] === 1) {
        count += 1;
        dearest = Math.max(dearest, this.#cost[i]!);
      } else next = Math.min(next, this.#cost[i]!);
    }
    const replaces = count > 0 && (count === this.#most || dearest > 0);
    const refill = count === this.#fewest ? next : Math.min(0, next);
    for (let i = 0; i < this.#program.size; i += 1) {
      const cost = this.#cost[i]!;
      const chosen = this.#chosen[i] === 1;
      this.ifHeld[i] = chosen
        ? value
        : this.#most === 0
          ? Number.POSITIVE_INFINITY
          : value + cost - (replaces ? dearest : 0);
      this.ifDropped[i] = chosen ? value - cost + refill : value;
    }
  }
}

/** The `rank`-th smallest of the first `count` values, which are reordered (Hoare 1961, algorithm 65). */
function smallest(values: Float64Array, count: number, rank: number): number {
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i += 1;
      while (values[j]! > pivot) j -= 1;
      if (i > j) break;
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
      i += 1;
      j -= 1;
    }
    if (rank - 1 <= j) right = j;
    else if (rank - 1 >= i) left = i;
    else break;
  }
  return values[rank - 1]!;
}
