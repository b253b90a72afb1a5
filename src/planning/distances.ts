// Longest of the shortest ways: how far each product is from the facts, where an operation is as far as its farthest need,
// and how far it is from the nearest want.
import type { Effort } from "./effort.js";
import type { Hypergraph } from "./hypergraph.js";
import { MinHeap } from "./min-heap.js";

export class Distances {
  /** Product → weight of its lightest way from the facts, each operation on it as late as its latest need. */
  readonly fromFacts: Float64Array;
  /** Product → weight of the lightest chain of operations that leads on from it to a want. */
  readonly toWants: Float64Array;
  readonly #graph: Hypergraph;
  readonly #effort: Effort;
  readonly #heap: MinHeap;
  readonly #missing: Int32Array;
  readonly #settled: Uint8Array;

  constructor(graph: Hypergraph, effort: Effort) {
    const { products, operations } = graph;
    this.#graph = graph;
    this.#effort = effort;
    this.fromFacts = new Float64Array(products.length);
    this.toWants = new Float64Array(products.length);
    this.#heap = new MinHeap(operations.length);
    this.#missing = new Int32Array(operations.length);
    this.#settled = new Uint8Array(products.length);
  }

  /**
   * Weighs `fromFacts` anew: Dijkstra's algorithm on a hypergraph (Knuth 1977, "A generalization of Dijkstra's algorithm"),
   * which is the h_max of classical planning (Bonet and Geffner 2001).
   */
  measureFromFacts(alive: Uint8Array, weight: Float64Array): void {
    const { users, needCounts } = this.#graph;
    const settled = this.#settled.fill(0);
    const missing = this.#missing;
    const heap = this.#heap;
    this.fromFacts.fill(Infinity);
    missing.set(needCounts);
    heap.clear();
    for (let operation = 0; operation < missing.length; operation += 1) {
      if (missing[operation] === 0 && alive[operation] === 1) this.#arrive(operation, weight[operation]!);
    }
    while (heap.size > 0) {
      const time = heap.leastKey;
      const product = heap.pop();
      if (settled[product] === 1) continue;
      settled[product] = 1;
      for (let link = users.start[product]!; link < users.start[product + 1]!; link += 1) {
        const user = users.items[link]!;
        missing[user]! -= 1;
        if (missing[user] === 0 && alive[user] === 1) this.#arrive(user, time + weight[user]!);
      }
    }
    this.#effort.spend(missing.length);
  }

  /** Brings `fromFacts` up to date after the weights of `lighter` went down. */
  lower(alive: Uint8Array, weight: Float64Array, lighter: Int32Array): void {
    const { users } = this.#graph;
    const heap = this.#heap;
    heap.clear();
    for (const operation of lighter) this.#arrive(operation, this.latestNeed(operation) + weight[operation]!);
    let looked = lighter.length;
    while (heap.size > 0) {
      const time = heap.leastKey;
      const product = heap.pop();
      if (this.fromFacts[product] !== time) continue;
      for (let link = users.start[product]!; link < users.start[product + 1]!; link += 1) {
        const user = users.items[link]!;
        looked += 1;
        if (alive[user] === 1) this.#arrive(user, this.latestNeed(user) + weight[user]!);
      }
    }
    this.#effort.spend(looked);
  }

  #arrive(operation: number, time: number): void {
    const product = this.#graph.gives[operation]!;
    if (time >= this.fromFacts[product]!) return;
    this.fromFacts[product] = time;
    this.#heap.push(product, time);
  }

  /** Weighs `toWants` anew. */
  measureToWants(alive: Uint8Array, weight: Float64Array): void {
    const { wants, givers, needs } = this.#graph;
    const distance = this.toWants.fill(Infinity);
    const settled = this.#settled.fill(0);
    const heap = this.#heap;
    heap.clear();
    const lead = (product: number, rest: number): void => {
      if (rest >= distance[product]!) return;
      distance[product] = rest;
      heap.push(product, rest);
    };
    for (const want of wants) lead(want, 0);
    while (heap.size > 0) {
      const rest = heap.leastKey;
      const product = heap.pop();
      if (settled[product] === 1) continue;
      settled[product] = 1;
      for (let link = givers.start[product]!; link < givers.start[product + 1]!; link += 1) {
        const giver = givers.items[link]!;
        if (alive[giver] === 0) continue;
        const through = rest + weight[giver]!;
        for (let need = needs.start[giver]!; need < needs.start[giver + 1]!; need += 1) {
          lead(needs.items[need]!, through);
        }
      }
    }
    this.#effort.spend(alive.length);
  }

  /** Distance of an operation's farthest need. */
  latestNeed(operation: number): number {
    const { start, items } = this.#graph.needs;
    let latest = 0;
    for (let need = start[operation]!; need < start[operation + 1]!; need += 1) {
      const time = this.fromFacts[items[need]!]!;
      if (time > latest) latest = time;
    }
    return latest;
  }

  /** Distance of the farthest want. */
  latestWant(): number {
    let latest = 0;
    for (const want of this.#graph.wants) latest = Math.max(latest, this.fromFacts[want]!);
    return latest;
  }
}
