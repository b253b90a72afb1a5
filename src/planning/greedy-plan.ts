// Good plans quickly: products are settled as they become cheapest, which leads to every want by a plan without cycles.
import type { Effort } from "./effort.js";
import { MinHeap } from "./min-heap.js";
import type { Problem } from "./problem.js";

/** A plan by the indices of its operations, every one after those it depends on. */
export interface IndexedPlan {
  /** Cost of its operations and weight of its critical path. */
  readonly units: number;
  readonly operations: Int32Array;
}

export class GreedyPlanner {
  readonly #problem: Problem;
  readonly #effort: Effort;
  readonly #heap: MinHeap;
  readonly #missing: Int32Array;
  /** Product → sum of the weights on all ways to it: too much where ways share an operation. */
  readonly #spent: Float64Array;
  /** Product → weight of the critical path to it. */
  readonly #finish: Float64Array;
  readonly #giver: Int32Array;
  readonly #settled: Uint8Array;
  readonly #order: Int32Array;
  readonly #used: Uint8Array;

  constructor(problem: Problem, effort: Effort) {
    const { operations, products } = problem.graph;
    this.#problem = problem;
    this.#effort = effort;
    this.#heap = new MinHeap(operations.length);
    this.#missing = new Int32Array(operations.length);
    this.#spent = new Float64Array(products.length);
    this.#finish = new Float64Array(products.length);
    this.#giver = new Int32Array(products.length);
    this.#settled = new Uint8Array(products.length);
    this.#order = new Int32Array(products.length);
    this.#used = new Uint8Array(products.length);
  }

  /** A plan of living operations that is cheap by the given weights, valued by the true costs; undefined without a plan. */
  derive(alive: Uint8Array, weight: Float64Array): IndexedPlan | undefined {
    const settled = this.#settle(alive, weight);
    return settled === -1 ? undefined : this.#collect(settled);
  }

  /** How many products were settled when the last want was; -1 when a want cannot be reached. */
  #settle(alive: Uint8Array, weight: Float64Array): number {
    const { users, wants, needCounts } = this.#problem.graph;
    const settled = this.#settled.fill(0);
    const missing = this.#missing;
    const heap = this.#heap;
    this.#spent.fill(Infinity);
    missing.set(needCounts);
    heap.clear();
    for (let operation = 0; operation < missing.length; operation += 1) {
      if (missing[operation] === 0 && alive[operation] === 1) this.#run(operation, weight);
    }
    const isWanted = this.#used.fill(0);
    for (const want of wants) isWanted[want] = 1;
    let left = wants.length;
    let count = 0;
    let looked = 0;
    while (heap.size > 0 && left > 0) {
      const product = heap.pop();
      if (settled[product] === 1) continue;
      settled[product] = 1;
      this.#order[count++] = product;
      if (isWanted[product] === 1) left -= 1;
      for (let link = users.start[product]!; link < users.start[product + 1]!; link += 1) {
        const user = users.items[link]!;
        if (--missing[user]! === 0 && alive[user] === 1) this.#run(user, weight);
        looked += 1;
      }
    }
    this.#effort.spend(looked + count);
    return left === 0 ? count : -1;
  }

  #run(operation: number, weight: Float64Array): void {
    const { graph, delay } = this.#problem;
    const { gives, needs } = graph;
    const product = gives[operation]!;
    let sum = weight[operation]!;
    let latest = 0;
    for (let need = needs.start[operation]!; need < needs.start[operation + 1]!; need += 1) {
      const needed = needs.items[need]!;
      sum += this.#spent[needed]!;
      latest = Math.max(latest, this.#finish[needed]!);
    }
    if (this.#settled[product] === 1 || sum >= this.#spent[product]!) return;
    this.#spent[product] = sum;
    this.#finish[product] = latest + delay[operation]!;
    this.#giver[product] = operation;
    this.#heap.push(product, sum);
  }

  /** What the wants depend on, found back through the order in which products were settled. */
  #collect(settled: number): IndexedPlan {
    const { graph, cost } = this.#problem;
    const { needs, wants } = graph;
    const used = this.#used.fill(0);
    let path = 0;
    for (const want of wants) {
      used[want] = 1;
      path = Math.max(path, this.#finish[want]!);
    }
    let sum = 0;
    const operations: number[] = [];
    for (let index = settled - 1; index >= 0; index -= 1) {
      const product = this.#order[index]!;
      if (used[product] === 0) continue;
      const operation = this.#giver[product]!;
      operations.push(operation);
      sum += cost[operation]!;
      for (let need = needs.start[operation]!; need < needs.start[operation + 1]!; need += 1) {
        used[needs.items[need]!] = 1;
      }
    }
    return { units: sum + path, operations: Int32Array.from(operations.reverse()) };
  }
}
