// Why there is no plan: the products at the root of it, not what fails as a consequence.
import { GOAL, type MissingProduct } from "../contracts/plan.js";
import type { Hypergraph, Links } from "./hypergraph.js";
import { Reach } from "./reach.js";

/** Products whose givers wait for one another. */
type Circle = readonly number[];

/**
 * Products that would make every want reachable if they were there, none of them to spare: some that nothing gives, and
 * circles of products that all wait for one another, where breaking the circle is what it takes.
 * @param graph everything that was offered; at least one of its wants cannot be reached
 */
export function missingProducts(graph: Hypergraph): readonly MissingProduct[] {
  const search = new RootSearch(graph);
  const absent = search.absent();
  const missing = [...absent, ...search.circles(absent).flat()].sort((a, b) => a - b);
  return missing.map((product) => ({
    product: graph.products[product]!,
    neededBy: search.neededBy(product),
    blockedGivers: search.blockedGivers(product),
  }));
}

class RootSearch {
  readonly #graph: Hypergraph;
  readonly #reach: Reach;
  /** Unreachable products that a want depends on. */
  readonly #blocked: ReadonlySet<number>;
  /** 1 for operations that wait for nothing but the missing products, directly or not. */
  #alive: Uint8Array;

  constructor(graph: Hypergraph) {
    this.#graph = graph;
    this.#alive = new Uint8Array(graph.operations.length).fill(1);
    this.#reach = new Reach(graph);
    this.#reach.fromFacts(this.#alive);
    this.#blocked = this.#waitedFor(graph.wants);
  }

  /** Products that nothing gives and without one of which a want could not be made even if circles were no hindrance. */
  absent(): readonly number[] {
    const all = [...this.#blocked].filter((product) => listOf(this.#graph.givers, product).length === 0);
    const absent = irreducible(all, (some) => this.#livingWith(some) !== undefined);
    this.#alive = this.#livingWith(absent) ?? this.#alive;
    return absent;
  }

  /** The circles that are left to break when what is absent is there. */
  circles(absent: readonly number[]): readonly Circle[] {
    const circles: Circle[] = [];
    for (;;) {
      this.#reach.fromFacts(this.#alive, [...absent, ...circles.flat()]);
      const waiting = [...this.#waitedFor(this.#graph.wants)].map((product) => [...this.#waitedFor([product])]);
      if (waiting.length === 0) break;
      // What the smallest waits for cannot wait for less: all of it waits for all of it.
      circles.push(waiting.reduce((smallest, circle) => (circle.length < smallest.length ? circle : smallest)));
    }
    return irreducible(circles, (some) => this.#wouldDo(absent, some));
  }

  /** The goal itself last. */
  neededBy(product: number): readonly string[] {
    const { operations, users, gives, wants } = this.#graph;
    const names = listOf(users, product)
      .filter((user) => this.#alive[user] === 1 && this.#blocked.has(gives[user]!))
      .map((user) => operations[user]!.id);
    return wants.includes(product) ? [...names, GOAL] : names;
  }

  blockedGivers(product: number): readonly string[] {
    return this.#livingGivers(product).map((giver) => this.#graph.operations[giver]!.id);
  }

  /** What lives on when, of the products that nothing gives, only these are there; undefined when a want cannot be made. */
  #livingWith(there: readonly number[]): Uint8Array | undefined {
    const { products, operations, givers, users, gives, wants } = this.#graph;
    const alive = new Uint8Array(operations.length).fill(1);
    const giversLeft = products.map((_, product) => listOf(givers, product).length);
    const dead = new Set<number>();
    giversLeft.forEach((count, product) => {
      if (count === 0 && !there.includes(product)) dead.add(product);
    });
    for (const product of dead) {
      for (const user of listOf(users, product)) {
        if (alive[user] === 0) continue;
        alive[user] = 0;
        const lost = gives[user]!;
        giversLeft[lost]! -= 1;
        if (giversLeft[lost] === 0) dead.add(lost);
      }
    }
    return wants.some((want) => dead.has(want)) ? undefined : alive;
  }

  /** Whether the wants are reached once the circles are broken, each of whose products must still be made from the rest. */
  #wouldDo(absent: readonly number[], circles: readonly Circle[]): boolean {
    const { wants, needs } = this.#graph;
    const { reached } = this.#reach;
    const inCircles = circles.flat();
    this.#reach.fromFacts(this.#alive, [...absent, ...inCircles]);
    const canRun = (operation: number): boolean => listOf(needs, operation).every((need) => reached[need] === 1);
    return (
      wants.every((want) => reached[want] === 1) &&
      inCircles.every((product) => this.#livingGivers(product).some((giver) => canRun(giver)))
    );
  }

  /** The unreached among the products, and all unreached products that their givers wait for. */
  #waitedFor(products: Iterable<number>): ReadonlySet<number> {
    const { reached } = this.#reach;
    const unreached = new Set<number>();
    for (const product of products) if (reached[product] === 0) unreached.add(product);
    for (const product of unreached) {
      for (const giver of this.#livingGivers(product)) {
        for (const need of listOf(this.#graph.needs, giver)) if (reached[need] === 0) unreached.add(need);
      }
    }
    return unreached;
  }

  #livingGivers(product: number): readonly number[] {
    return listOf(this.#graph.givers, product).filter((giver) => this.#alive[giver] === 1);
  }
}

/** Leaves out, the last first, whatever the rest can do without. */
function irreducible<T>(items: readonly T[], wouldDo: (items: readonly T[]) => boolean): readonly T[] {
  return items.reduceRight<readonly T[]>((kept, item) => {
    const rest = kept.filter((other) => other !== item);
    return wouldDo(rest) ? rest : kept;
  }, items);
}

function listOf({ start, items }: Links, index: number): readonly number[] {
  return Array.from(items.subarray(start[index], start[index + 1]));
}
