// What every plan of a subproblem costs at least, and which operations hence stand in no plan that is cheap enough.
//
// A set of products that holds a needed one and no fact is a zone. The product of a zone that a plan makes first comes from an
// operation with no need inside: every plan has one of those operations, the zone's border. So the least cost on the border
// is paid in any case; it is taken off each cost there, and what is left is searched for the next border, until every needed
// product can be had for nothing. This is dual ascent (Wong 1984, for Steiner trees), on hypergraphs the landmark cut
// (Helmert and Domshlak 2009, "Landmarks, critical paths and abstractions: what's the difference anyway?"). What costs are
// left and the delays then weigh the critical path: any plan has a path as heavy as the lightest one.
import { Distances } from "./distances.js";
import type { Effort } from "./effort.js";
import type { Problem } from "./problem.js";
import { Reach } from "./reach.js";

export class LowerBound {
  /** Operation → what is left of its cost beyond what every plan pays; of the last `measure`. */
  readonly residual: Float64Array;
  readonly #problem: Problem;
  readonly #effort: Effort;
  readonly #reach: Reach;
  readonly #distances: Distances;
  readonly #weight: Float64Array;
  readonly #zone: Int32Array;
  /** Product → the number of the last zone that it was in. */
  readonly #zoneOf: Int32Array;
  readonly #border: Int32Array;
  #zones = 0;
  #paid = 0;
  #path = 0;

  constructor(problem: Problem, effort: Effort) {
    const { operations, products } = problem.graph;
    this.#problem = problem;
    this.#effort = effort;
    this.#reach = new Reach(problem.graph);
    this.#distances = new Distances(problem.graph, effort);
    this.residual = new Float64Array(operations.length);
    this.#weight = new Float64Array(operations.length);
    this.#zone = new Int32Array(products.length);
    this.#zoneOf = new Int32Array(products.length);
    this.#border = new Int32Array(operations.length);
  }

  /** Product → whether every plan makes it; of the last `measure` or `eliminate`. */
  get needed(): Uint8Array {
    return this.#reach.needed;
  }

  /**
   * Units that no plan of living operations is below; Infinity when there is none. Takes life from operations that stand in
   * no plan. Always starts from the full costs: what was paid for operations that died since may be better spent elsewhere.
   */
  measure(alive: Uint8Array): number {
    const { graph, cost, delay } = this.#problem;
    const { residual } = this;
    if (this.#reach.keepRelevant(alive) === 0) return graph.wants.length === 0 ? 0 : Infinity;
    this.#reach.markNeeded(alive);
    residual.set(cost);
    this.#paid = this.#payForced(alive);
    this.#distances.measureFromFacts(alive, residual);
    this.#paid += this.#ascend(alive);
    const weight = this.#weight;
    for (let operation = 0; operation < weight.length; operation += 1) {
      weight[operation] = residual[operation]! + delay[operation]!;
    }
    this.#distances.measureFromFacts(alive, weight);
    this.#path = this.#distances.latestWant();
    return this.#paid + this.#path;
  }

  /**
   * Of the operations last measured, takes life from each that stands in no plan within the limit. A plan with it pays what is
   * left of its cost, and then for a path: one through it, or the lightest there is with it at no cost. Giving it away
   * brings its own product closer by some distance, hence no want by more than that.
   */
  eliminate(alive: Uint8Array, limit: number): void {
    const { gives } = this.#problem.graph;
    const { delay } = this.#problem;
    const { fromFacts, toWants } = this.#distances;
    this.#distances.measureToWants(alive, this.#weight);
    for (let operation = 0; operation < alive.length; operation += 1) {
      if (alive[operation] === 0) continue;
      const product = gives[operation]!;
      const end = this.#distances.latestNeed(operation) + delay[operation]!;
      const closer = Math.max(0, fromFacts[product]! - end);
      const path = Math.max(end + toWants[product]!, this.#path - closer);
      if (this.#paid + this.residual[operation]! + path > limit) alive[operation] = 0;
    }
    this.#reach.markNeeded(alive);
  }

  /** Pays for the only givers of needed products; returns the sum. */
  #payForced(alive: Uint8Array): number {
    const { residual } = this;
    const { start, items } = this.#problem.graph.givers;
    const { needed } = this.#reach;
    let paid = 0;
    for (let product = 0; product < needed.length; product += 1) {
      if (needed[product] === 0) continue;
      let count = 0;
      let last = -1;
      for (let link = start[product]!; link < start[product + 1]!; link += 1) {
        if (alive[items[link]!] === 0) continue;
        last = items[link]!;
        count += 1;
      }
      if (count !== 1) continue;
      paid += residual[last]!;
      residual[last] = 0;
    }
    return paid;
  }

  /** Round robin over the needed products: one border of each in turn spreads what is paid. Returns its sum. */
  #ascend(alive: Uint8Array): number {
    const { fromFacts } = this.#distances;
    const { needed } = this.#reach;
    let open: number[] = [];
    for (let product = 0; product < needed.length; product += 1) {
      if (needed[product] === 1 && fromFacts[product]! > 0) open.push(product);
    }
    let paid = 0;
    while (open.length > 0 && !this.#effort.isOver()) {
      for (const product of open) {
        if (fromFacts[product]! > 0 && !this.#effort.isOver()) paid += this.#payBorder(product, alive);
      }
      open = open.filter((product) => fromFacts[product]! > 0);
    }
    return paid;
  }

  #payBorder(product: number, alive: Uint8Array): number {
    const { residual } = this;
    const border = this.#border.subarray(0, this.#growZone(product, alive));
    let least = Infinity;
    for (const operation of border) least = Math.min(least, residual[operation]!);
    for (const operation of border) residual[operation]! -= least;
    this.#distances.lower(alive, residual, border);
    return least;
  }

  /**
   * Grows a zone around a product back through operations that cost nothing any more, by the need of each that is farthest
   * from the facts; returns the size of its border.
   */
  #growZone(product: number, alive: Uint8Array): number {
    const { givers } = this.#problem.graph;
    const { residual } = this;
    const zone = this.#zone;
    const border = this.#border;
    const number = ++this.#zones;
    let zoneSize = 0;
    let borderSize = 0;
    zone[zoneSize++] = product;
    this.#zoneOf[product] = number;
    for (let index = 0; index < zoneSize; index += 1) {
      const inside = zone[index]!;
      for (let link = givers.start[inside]!; link < givers.start[inside + 1]!; link += 1) {
        const giver = givers.items[link]!;
        if (alive[giver] === 0) continue;
        if (residual[giver]! > 0) {
          border[borderSize++] = giver;
          continue;
        }
        const next = this.#needToAdd(giver, number);
        if (next === -1) continue;
        this.#zoneOf[next] = number;
        zone[zoneSize++] = next;
      }
    }
    this.#effort.spend(zoneSize + borderSize);
    return this.#withoutNeedsInside(borderSize, number);
  }

  /** The farthest need; -1 when one is in the zone already. */
  #needToAdd(operation: number, zone: number): number {
    const { needs } = this.#problem.graph;
    const { fromFacts } = this.#distances;
    let farthest = -1;
    let distance = 0;
    for (let need = needs.start[operation]!; need < needs.start[operation + 1]!; need += 1) {
      const product = needs.items[need]!;
      if (this.#zoneOf[product] === zone) return -1;
      if (fromFacts[product]! <= distance) continue;
      distance = fromFacts[product]!;
      farthest = product;
    }
    return farthest;
  }

  #withoutNeedsInside(size: number, zone: number): number {
    const { needs } = this.#problem.graph;
    const border = this.#border;
    let kept = 0;
    for (let index = 0; index < size; index += 1) {
      const operation = border[index]!;
      let inside = false;
      for (let need = needs.start[operation]!; need < needs.start[operation + 1]!; need += 1) {
        if (this.#zoneOf[needs.items[need]!] === zone) inside = true;
      }
      if (!inside) border[kept++] = operation;
    }
    return kept;
  }
}
