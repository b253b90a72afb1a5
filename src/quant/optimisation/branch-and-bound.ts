// Best-first branch and bound over which assets are held: a proven optimum, or the best found and a proven bound.
import { diagonalPart } from "./diagonal-part.js";
import { copyState, initialState, PerspectiveRelaxation, type RelaxationState } from "./perspective-relaxation.js";
import { SeparableBound } from "./separable-bound.js";
import { DROPPED, HELD, OPEN, type SparseProgram } from "./sparse-program.js";
import type { SupportProgram, SupportSolution } from "./support-program.js";

export interface BranchAndBoundOptions {
  /** What is to be beaten. */
  readonly incumbent: SupportSolution;
  /** Solutions that are better by less than this are not looked for. */
  readonly tolerance: number;
  readonly nodeLimit: number;
}

export interface BranchAndBoundResult {
  readonly best: SupportSolution;
  /** Nothing feasible costs less than this, up to the tolerance. */
  readonly lowerBound: number;
  /** Whether `best` is proven optimal up to the tolerance; otherwise the node limit ended the search. */
  readonly proven: boolean;
  readonly nodes: number;
}

interface Node {
  bound: number;
  readonly sequence: number;
  readonly decided: Uint8Array;
  readonly state: RelaxationState;
}

const ROOT_ROUNDS = 6;
const NODE_ROUNDS = 3;
const ITERATIONS_PER_ROUND = 12;
/** A round that closes less than this share of the gap is the last: branching is cheaper then. */
const WORTHWHILE = 0.15;
/** Assets that the relaxation holds by less than this are no suggestion of it. */
const SUGGESTED = 0.01;

/**
 * Each node bounds its portfolios from below (perspective relaxation, made a proof by `SeparableBound`), decides what the
 * bound alone forces, tries the portfolio that the relaxation suggests, and splits on the asset that it is least sure of.
 * Nodes are bounded by `nodeLimit`, each by a fixed number of iterations.
 */
export function branchAndBound(supports: SupportProgram, options: BranchAndBoundOptions): BranchAndBoundResult {
  return new Search(supports, options).run(options.nodeLimit);
}

class Search {
  readonly #program: SparseProgram;
  readonly #supports: SupportProgram;
  readonly #bound: SeparableBound;
  readonly #relaxation: PerspectiveRelaxation;
  readonly #tolerance: number;
  readonly #open: Node[] = [];
  #best: SupportSolution;
  #sequence = 0;

  constructor(supports: SupportProgram, { incumbent, tolerance }: BranchAndBoundOptions) {
    const program = supports.program;
    const { size: n, quadratic } = program;
    const diagonal = diagonalPart(quadratic, n);
    const remainder = Float64Array.from(quadratic);
    for (let i = 0; i < n; i += 1) remainder[i * n + i]! -= diagonal[i]!;
    this.#program = program;
    this.#supports = supports;
    this.#tolerance = tolerance;
    this.#bound = new SeparableBound(program, diagonal, remainder);
    this.#relaxation = new PerspectiveRelaxation(program, diagonal, remainder);
    this.#best = incumbent;
  }

  run(nodeLimit: number): BranchAndBoundResult {
    const n = this.#program.size;
    this.#push(Number.NEGATIVE_INFINITY, new Uint8Array(n), initialState(n));
    let nodes = 0;
    while (nodes < nodeLimit) {
      const node = this.#popLeast();
      if (node === undefined) break;
      nodes += 1;
      this.#explore(node, nodes === 1 ? ROOT_ROUNDS : NODE_ROUNDS);
    }
    const open = this.#open.filter(({ bound }) => bound < this.#cutoff);
    const lowerBound = open.reduce((least, { bound }) => Math.min(least, bound), this.#best.cost);
    return { best: this.#best, lowerBound, proven: open.length === 0, nodes };
  }

  get #cutoff(): number {
    return this.#best.cost - this.#tolerance;
  }

  #explore(node: Node, rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      const before = node.bound;
      this.#relaxation.iterate(node.state, node.decided, ITERATIONS_PER_ROUND);
      if (this.#tighten(node, node.state.point) || this.#tryPortfolio(node)) return;
      if (round > 0 && node.bound - before < WORTHWHILE * (this.#best.cost - before)) break;
    }
    if (node.decided.includes(OPEN)) this.#branch(node);
    else this.#tryPortfolio(node);
  }

  /** Improves the node's bound and takes the decisions that it forces; true when nothing better can be below. */
  #tighten(node: Node, point: Float64Array): boolean {
    node.bound = Math.max(node.bound, this.#bound.maximise(point, node.decided));
    if (node.bound >= this.#cutoff) return true;
    for (let i = 0; i < this.#program.size; i += 1) {
      if (node.decided[i] !== OPEN) continue;
      const neverHeld = this.#bound.ifHeld[i]! >= this.#cutoff;
      const alwaysHeld = this.#bound.ifDropped[i]! >= this.#cutoff;
      if (neverHeld && alwaysHeld) return true;
      if (neverHeld) node.decided[i] = DROPPED;
      else if (alwaysHeld) node.decided[i] = HELD;
    }
    return false;
  }

  /** Solves the portfolio that the relaxation suggests and bounds from there; true when that settles the node. */
  #tryPortfolio(node: Node): boolean {
    const support = this.#suggest(node);
    if (support === undefined) return true;
    const solution = this.#supports.solve(support);
    if (solution.cost < this.#cutoff) this.#best = solution;
    if (!node.decided.includes(OPEN)) return true;
    return this.#tighten(node, solution.weights);
  }

  /** The held and the most nearly held, as many as allowed; undefined when the decisions leave no portfolio. */
  #suggest({ decided, state }: Node): number[] | undefined {
    const { least, most } = this.#program;
    const shareOf = (i: number): number => (decided[i] === HELD ? 2 : state.share[i]!);
    const ranked = [...decided.keys()]
      .filter((i) => decided[i] !== DROPPED)
      .sort((a, b) => shareOf(b) - shareOf(a) || state.point[b]! - state.point[a]! || a - b);
    const held = decided.reduce((count, decision) => count + (decision === HELD ? 1 : 0), 0);
    if (ranked.length < least || held > most) return undefined;
    const suggested = ranked.filter((i) => shareOf(i) > SUGGESTED).length;
    return ranked.slice(0, Math.min(most, Math.max(least, suggested))).sort((a, b) => a - b);
  }

  #branch({ bound, decided, state }: Node): void {
    const variable = leastSure(decided, state);
    const { ifHeld, ifDropped } = this.#bound;
    const estimates = [
      [HELD, Math.max(bound, ifHeld[variable]!)],
      [DROPPED, Math.max(bound, ifDropped[variable]!)],
    ] as const;
    for (const [decision, estimate] of estimates) {
      const child = decided.slice();
      child[variable] = decision;
      this.#push(estimate, child, copyState(state));
    }
  }

  #push(bound: number, decided: Uint8Array, state: RelaxationState): void {
    this.#open.push({ bound, sequence: this.#sequence++, decided, state });
  }

  /** Takes the node of least bound, the latest of equals; undefined when none can hold anything better. */
  #popLeast(): Node | undefined {
    let at = 0;
    for (let i = 1; i < this.#open.length; i += 1) {
      const [one, other] = [this.#open[i]!, this.#open[at]!];
      if (one.bound < other.bound || (one.bound === other.bound && one.sequence > other.sequence)) at = i;
    }
    const least = this.#open[at];
    if (least === undefined || least.bound >= this.#cutoff) return undefined;
    this.#open.splice(at, 1);
    return least;
  }
}

/** The open asset whose share is furthest from a decision; the heavier of equals. */
function leastSure(decided: Uint8Array, { share, point }: RelaxationState): number {
  let chosen = decided.indexOf(OPEN);
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < decided.length; i += 1) {
    if (decided[i] !== OPEN) continue;
    const unsure = Math.min(share[i]!, 1 - share[i]!) + 1e-3 * point[i]!;
    if (unsure <= best) continue;
    best = unsure;
    chosen = i;
  }
  return chosen;
}
