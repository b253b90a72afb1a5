// Why there is no plan: the products at the root of it, not what fails as a consequence.
import { GOAL, type MissingProduct } from "../contracts/plan.js";
import type { Hypergraph } from "./hypergraph.js";
import { Reach } from "./reach.js";

/**
 * A set of products that would make every want reachable if they were there, and no part of which would. A product is in it
 * because nothing gives it, or because whatever gives it waits, in a circle, for products of the set.
 * @param graph everything that was offered; at least one of its wants cannot be reached
 */
export function missingProducts(graph: Hypergraph): readonly MissingProduct[] {
  const search = new RootSearch(graph);
  const roots = search.irreducible(search.roots());
  const missing = roots.flat().sort((a, b) => a - b);
  return missing.map((product) => ({
    product: graph.products[product]!,
    neededBy: search.neededBy(product, missing),
    blockedGivers: search.giversOf(product),
  }));
}

/** Products that are missing together: one that nothing gives, or a circle. */
type Root = readonly number[];

class RootSearch {
  readonly #graph: Hypergraph;
  readonly #alive: Uint8Array;
  readonly #reach: Reach;
  /** Unreachable products that a want depends on. */
  readonly #blocked: ReadonlySet<number>;

  constructor(graph: Hypergraph) {
    this.#graph = graph;
    this.#alive = new Uint8Array(graph.operations.length).fill(1);
    this.#reach = new Reach(graph);
    this.#reach.fromFacts(this.#alive);
    this.#blocked = this.#unreachedFrom(graph.wants);
  }

  /** All that nothing gives; then, as long as that is not enough, a circle that waits for nothing but itself. */
  roots(): readonly Root[] {
    const roots: Root[] = [...this.#blocked]
      .filter((product) => this.#givers(product).length === 0)
      .map((one) => [one]);
    while (!this.#wouldDo(roots)) {
      const circles = [...this.#unreachedFrom(this.#graph.wants)].map((product) => this.#unreachedFrom([product]));
      // What the smallest waits for cannot wait for less: all of it waits for all of it.
      const smallest = circles.reduce((least, circle) => (circle.size < least.size ? circle : least));
      roots.push([...smallest]);
    }
    return roots;
  }

  /** Leaves out, the last first, whatever the rest can do without. */
  irreducible(roots: readonly Root[]): readonly Root[] {
    return roots.reduceRight<readonly Root[]>((kept, root) => {
      const rest = kept.filter((other) => other !== root);
      return this.#wouldDo(rest) ? rest : kept;
    }, roots);
  }

  /** Operations on the way to the wants that need the product and could run with all that is missing; the goal itself last. */
  neededBy(product: number, missing: readonly number[]): readonly string[] {
    const { operations, users, needs, gives, wants } = this.#graph;
    this.#reach.fromFacts(this.#alive, missing);
    const { reached } = this.#reach;
    const names = slice(users, product)
      .filter((user) => this.#blocked.has(gives[user]!) && slice(needs, user).every((need) => reached[need] === 1))
      .map((user) => operations[user]!.id);
    return wants.includes(product) ? [...names, GOAL] : names;
  }

  giversOf(product: number): readonly string[] {
    return this.#givers(product).map((giver) => this.#graph.operations[giver]!.id);
  }

  #wouldDo(roots: readonly Root[]): boolean {
    this.#reach.fromFacts(this.#alive, roots.flat());
    return this.#graph.wants.every((want) => this.#reach.reached[want] === 1);
  }

  /** The products, as far as not reached, and all unreached products that their givers wait for. */
  #unreachedFrom(products: Iterable<number>): ReadonlySet<number> {
    const { reached } = this.#reach;
    const unreached = new Set<number>();
    for (const product of products) if (reached[product] === 0) unreached.add(product);
    for (const product of unreached) {
      for (const giver of this.#givers(product)) {
        for (const need of slice(this.#graph.needs, giver)) if (reached[need] === 0) unreached.add(need);
      }
    }
    return unreached;
  }

  #givers(product: number): readonly number[] {
    return slice(this.#graph.givers, product);
  }
}

function slice({ start, items }: { start: Int32Array; items: Int32Array }, index: number): readonly number[] {
  return Array.from(items.subarray(start[index], start[index + 1]));
}
