// One problem under search: measures what is left of it, cuts off what cannot beat the incumbent, and improves the incumbent.
import type { Effort } from "./effort.js";
import { GreedyPlanner } from "./greedy-plan.js";
import type { Incumbent } from "./incumbent.js";
import { LowerBound } from "./lower-bound.js";
import { reduceTo, type Problem } from "./problem.js";

/** A part of the problem that is still to be searched. */
export interface OpenPart {
  /** 1 for the operations that are left. */
  readonly alive: Uint8Array;
  /** Units that no plan in it is below. */
  readonly bound: number;
  /** A product that every plan in it makes, with an operation to give it and other operations to give it instead. */
  readonly product: number;
  readonly giver: number;
}

/** The living givers of a product. */
interface Alternatives {
  readonly count: number;
  /** What is left of the second lowest cost, with the delay. */
  readonly second: number;
}

/** Left-over costs decide; between operations that cost nothing any more, a small share of their cost does. */
const COST_SHARE = 1 / 64;
/** An operation in place of another delays the plan or does not: about half its delay is to be expected. */
const DELAY_SHARE = 1 / 2;

export class Stage {
  readonly problem: Problem;
  readonly #effort: Effort;
  readonly #incumbent: Incumbent;
  readonly #bounds: LowerBound;
  readonly #greedy: GreedyPlanner;
  readonly #weight: Float64Array;
  /** Operation → what it adds to the cost of a plan, as far as that does not depend on the rest of it. */
  readonly #expected: Float64Array;
  readonly #trial: Uint8Array;

  constructor(problem: Problem, effort: Effort, incumbent: Incumbent) {
    const operations = problem.graph.operations.length;
    this.problem = problem;
    this.#effort = effort;
    this.#incumbent = incumbent;
    this.#bounds = new LowerBound(problem, effort);
    this.#greedy = new GreedyPlanner(problem, effort);
    this.#weight = new Float64Array(operations);
    this.#expected = problem.cost.map((units, operation) => units + DELAY_SHARE * problem.delay[operation]!);
    this.#trial = new Uint8Array(operations);
  }

  /**
   * Bounds the plans of living operations, offers one of them, and takes life from what stands in none that the incumbent
   * leaves of interest. Returns what is left to search; undefined when that is nothing.
   */
  examine(alive: Uint8Array): OpenPart | undefined {
    const incumbent = this.#incumbent;
    const bound = this.#bounds.measure(alive);
    if (bound === Infinity || bound > incumbent.limit) return undefined;
    const { graph, cost, delay } = this.problem;
    const { residual } = this.#bounds;
    const weight = this.#weight;
    for (let operation = 0; operation < weight.length; operation += 1) {
      weight[operation] = residual[operation]! + delay[operation]! + COST_SHARE * cost[operation]!;
    }
    const plan = this.#greedy.derive(alive, weight);
    incumbent.offer(plan, graph);
    if (plan === undefined || bound > incumbent.limit) return undefined;
    this.#bounds.eliminate(alive, incumbent.limit);
    return this.#open(alive, bound, plan.operations);
  }

  /**
   * Goes by the needed product whose second best giver is dearest at what is left of the costs: that decides most. Of equally
   * dear ones, by that with the fewest givers.
   */
  #open(alive: Uint8Array, bound: number, plan: Int32Array): OpenPart | undefined {
    const { gives } = this.problem.graph;
    const { needed } = this.#bounds;
    let product = -1;
    let most: Alternatives = { count: 0, second: -1 };
    for (let candidate = 0; candidate < needed.length; candidate += 1) {
      if (needed[candidate] === 0) continue;
      const own = this.#alternatives(candidate, alive);
      if (own.count === 0) return undefined;
      if (own.count === 1 || own.second < most.second) continue;
      if (own.second === most.second && own.count >= most.count) continue;
      most = own;
      product = candidate;
    }
    if (product === -1) {
      // With one giver to each, one plan is left; it need not be the one above, whose operations may have died since.
      this.#incumbent.offer(this.#greedy.derive(alive, this.problem.cost), this.problem.graph);
      return undefined;
    }
    const isGiver = (operation: number): boolean => gives[operation] === product && alive[operation] === 1;
    const giver = plan.find(isGiver) ?? alive.findIndex((_, operation) => isGiver(operation));
    return { alive, bound, product, giver };
  }

  #alternatives(product: number, alive: Uint8Array): Alternatives {
    const { graph, delay } = this.problem;
    const { start, items } = graph.givers;
    const { residual } = this.#bounds;
    let count = 0;
    let best = Infinity;
    let second = Infinity;
    for (let link = start[product]!; link < start[product + 1]!; link += 1) {
      const giver = items[link]!;
      if (alive[giver] === 0) continue;
      const left = residual[giver]! + delay[giver]!;
      count += 1;
      second = Math.min(second, Math.max(best, left));
      best = Math.min(best, left);
    }
    return { count, second };
  }

  /** Offers the plan that is cheapest where nothing is shared. */
  seed(alive: Uint8Array): void {
    const { graph, cost, delay } = this.problem;
    const weight = cost.map((units, operation) => units + delay[operation]!);
    this.#incumbent.offer(this.#greedy.derive(alive, weight), graph);
  }

  /**
   * Local search: forbids one operation of the incumbent at a time and has its product made otherwise, the rest of the plan
   * for free; until none can be replaced to advantage.
   */
  polish(alive: Uint8Array): void {
    const { graph } = this.problem;
    let plan = this.#incumbent.within(graph);
    let improved: boolean;
    do {
      improved = false;
      for (const operation of plan.toReversed()) {
        if (this.#effort.isOver()) return;
        if (!plan.includes(operation) || !this.#replace(operation, plan, alive)) continue;
        improved = true;
        plan = this.#incumbent.within(graph);
      }
    } while (improved);
  }

  #replace(operation: number, plan: Int32Array, alive: Uint8Array): boolean {
    const { gives, givers } = this.problem.graph;
    const product = gives[operation]!;
    const others = givers.items.subarray(givers.start[product], givers.start[product + 1]);
    if (!others.some((other) => other !== operation && alive[other] === 1)) return false;
    const trial = this.#trial;
    const weight = this.#weight;
    trial.set(alive);
    trial[operation] = 0;
    weight.set(this.#expected);
    for (const kept of plan) weight[kept] = 0;
    return this.#incumbent.offer(this.#greedy.derive(trial, weight), this.problem.graph);
  }

  /** The same search over the living operations only. */
  reducedTo(alive: Uint8Array): Stage {
    return new Stage(reduceTo(this.problem, alive), this.#effort, this.#incumbent);
  }
}
