// What can be reached from the facts and is on a way to the wants, and which products no plan can do without.
import type { Hypergraph } from "./hypergraph.js";

export class Reach {
  /** Product → whether the facts lead to it; of the last `fromFacts`. */
  readonly reached: Uint8Array;
  /** Product → whether every plan has it; of the last `markNeeded`. */
  readonly needed: Uint8Array;
  readonly #graph: Hypergraph;
  /** Operation → needs still to be reached. */
  readonly #missing: Int32Array;
  readonly #wanted: Uint8Array;
  readonly #stack: Int32Array;
  /** Product → how many givers of product `markedFor` need it. */
  readonly #seenIn: Int32Array;
  readonly #markedFor: Int32Array;

  constructor(graph: Hypergraph) {
    const products = graph.products.length;
    this.#graph = graph;
    this.reached = new Uint8Array(products);
    this.needed = new Uint8Array(products);
    this.#missing = new Int32Array(graph.operations.length);
    this.#wanted = new Uint8Array(products);
    this.#stack = new Int32Array(products);
    this.#seenIn = new Int32Array(products);
    this.#markedFor = new Int32Array(products);
  }

  /** Marks what the living operations, and the products `also` supplied, lead to. */
  fromFacts(alive: Uint8Array, also: Iterable<number> = []): void {
    const { gives, needCounts, users } = this.#graph;
    const reached = this.reached.fill(0);
    const missing = this.#missing;
    missing.set(needCounts);
    const stack = this.#stack;
    let top = 0;
    const reach = (product: number): void => {
      if (reached[product] === 1) return;
      reached[product] = 1;
      stack[top++] = product;
    };
    for (const product of also) reach(product);
    for (let operation = 0; operation < missing.length; operation += 1) {
      if (missing[operation] === 0 && alive[operation] === 1) reach(gives[operation]!);
    }
    while (top > 0) {
      const product = stack[--top]!;
      for (let link = users.start[product]!; link < users.start[product + 1]!; link += 1) {
        const user = users.items[link]!;
        if (--missing[user]! === 0 && alive[user] === 1) reach(gives[user]!);
      }
    }
  }

  /**
   * Takes life from every operation that cannot run or that nothing wanted depends on; how many live on, or 0 when a want
   * cannot be reached.
   */
  keepRelevant(alive: Uint8Array): number {
    const { wants, givers, needs } = this.#graph;
    this.fromFacts(alive);
    if (wants.some((want) => this.reached[want] === 0)) return 0;
    const wanted = this.#wanted.fill(0);
    const stack = this.#stack;
    let top = 0;
    const want = (product: number): void => {
      if (wanted[product] === 1) return;
      wanted[product] = 1;
      stack[top++] = product;
    };
    wants.forEach(want);
    const kept = this.#missing;
    let count = 0;
    while (top > 0) {
      const product = stack[--top]!;
      for (let link = givers.start[product]!; link < givers.start[product + 1]!; link += 1) {
        const giver = givers.items[link]!;
        if (alive[giver] === 0 || kept[giver] !== 0) continue;
        kept[giver] = -1;
        count += 1;
        for (let need = needs.start[giver]!; need < needs.start[giver + 1]!; need += 1) want(needs.items[need]!);
      }
    }
    for (let operation = 0; operation < kept.length; operation += 1) {
      if (kept[operation] !== -1) alive[operation] = 0;
    }
    return count;
  }

  /** Marks the wants, and whatever all living givers of a marked product need. */
  markNeeded(alive: Uint8Array): void {
    const { wants, givers, needs } = this.#graph;
    const needed = this.needed.fill(0);
    const seenIn = this.#seenIn;
    const markedFor = this.#markedFor.fill(-1);
    const stack = this.#stack;
    let top = 0;
    const mark = (product: number): void => {
      if (needed[product] === 1) return;
      needed[product] = 1;
      stack[top++] = product;
    };
    wants.forEach(mark);
    while (top > 0) {
      const product = stack[--top]!;
      let count = 0;
      let last = -1;
      for (let link = givers.start[product]!; link < givers.start[product + 1]!; link += 1) {
        const giver = givers.items[link]!;
        if (alive[giver] === 0) continue;
        for (let need = needs.start[giver]!; need < needs.start[giver + 1]!; need += 1) {
          const other = needs.items[need]!;
          if (markedFor[other] !== product) seenIn[other] = 0;
          markedFor[other] = product;
          seenIn[other]! += 1;
        }
        count += 1;
        last = giver;
      }
      if (last === -1) continue;
      for (let need = needs.start[last]!; need < needs.start[last + 1]!; need += 1) {
        if (seenIn[needs.items[need]!] === count) mark(needs.items[need]!);
      }
    }
  }
}
