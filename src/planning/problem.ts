// A hypergraph with its costs in whole units, so that every sum is exact: equal costs are equal, and a bound is proven.
import type { PlanRequest } from "../contracts/plan.js";
import { shrink, type Hypergraph } from "./hypergraph.js";
import { operationCost } from "./preferences.js";

/** A plan's units stay below 2^51: doubles count exactly up to 2^53, and bounds add up to three plans or paths. */
const PLAN_BITS = 51;

export interface Problem {
  readonly graph: Hypergraph;
  /** Operation → what it costs, in units, rounded down: no plan costs less than its units say. */
  readonly cost: Float64Array;
  /** Operation → what it adds to the path that it stands on, in units, rounded down. */
  readonly delay: Float64Array;
  /** Cost of one unit: a power of two, hence no rounding between units and cost. */
  readonly unit: number;
}

export function toProblem(graph: Hypergraph, request: PlanRequest): Problem {
  const cost = new Float64Array(graph.operations.length);
  const delay = new Float64Array(graph.operations.length);
  const highest = new Float64Array(graph.products.length);
  graph.operations.forEach((operation, index) => {
    const terms = operationCost(operation, request);
    cost[index] = terms.reliability + terms.quality;
    delay[index] = terms.delay;
    const product = graph.gives[index]!;
    highest[product] = Math.max(highest[product]!, cost[index] + terms.delay);
  });
  // A plan, as any path, makes a product once: this is more than anything that will be summed.
  const most = highest.reduce((sum, each) => sum + each, 0);
  const unit = most > 0 ? 2 ** (Math.ceil(Math.log2(Math.min(most, Number.MAX_VALUE))) - PLAN_BITS) : 1;
  const inUnits = (each: number): number => Math.floor(each / unit);
  return { graph, cost: cost.map(inUnits), delay: delay.map(inUnits), unit };
}

/** The part of a problem that consists of the marked operations. */
export function reduceTo({ graph, cost, delay, unit }: Problem, kept: Uint8Array): Problem {
  return {
    graph: shrink(graph, kept),
    cost: cost.filter((_, operation) => kept[operation] === 1),
    delay: delay.filter((_, operation) => kept[operation] === 1),
    unit,
  };
}
