// A hypergraph with its costs in whole units, so that every sum is exact: equal costs are equal, and a bound is proven.
import type { PlanRequest } from "../contracts/plan.js";
import { shrink, type Hypergraph } from "./hypergraph.js";
import { operationCost } from "./preferences.js";

/** A plan's units stay below 2^52: doubles count exactly up to 2^53, and a path may be summed with another. */
const PLAN_BITS = 52;

export interface Problem {
  readonly graph: Hypergraph;
  /** Operation → what it costs, in units, rounded down: no plan costs less than its units say. */
  readonly price: Float64Array;
  /** Operation → what it adds to the path that it stands on, in units, rounded down. */
  readonly delay: Float64Array;
  /** Cost of one unit: a power of two, hence no rounding between units and cost. */
  readonly unit: number;
}

export function toProblem(graph: Hypergraph, request: PlanRequest): Problem {
  const costs = graph.operations.map((operation) => operationCost(operation, request));
  const highest = new Float64Array(graph.products.length);
  costs.forEach(({ reliability, quality, delay }, operation) => {
    const product = graph.gives[operation]!;
    highest[product] = Math.max(highest[product]!, reliability + quality + delay);
  });
  // A plan, as any path, makes a product once: this is more than anything that will be summed.
  const most = highest.reduce((sum, cost) => sum + cost, 0);
  const unit = most > 0 ? 2 ** (Math.ceil(Math.log2(Math.min(most, Number.MAX_VALUE))) - PLAN_BITS) : 1;
  return {
    graph,
    price: Float64Array.from(costs, ({ reliability, quality }) => Math.floor((reliability + quality) / unit)),
    delay: Float64Array.from(costs, ({ delay }) => Math.floor(delay / unit)),
    unit,
  };
}

/** The part of a problem that consists of the marked operations. */
export function reduceTo({ graph, price, delay, unit }: Problem, kept: Uint8Array): Problem {
  return {
    graph: shrink(graph, kept),
    price: price.filter((_, operation) => kept[operation] === 1),
    delay: delay.filter((_, operation) => kept[operation] === 1),
    unit,
  };
}
