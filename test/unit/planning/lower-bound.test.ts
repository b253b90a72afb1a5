import fc from "fast-check";
import { describe, expect } from "vitest";
import { Effort } from "../../../src/planning/effort.js";
import { shrink, toHypergraph } from "../../../src/planning/hypergraph.js";
import { LowerBound } from "../../../src/planning/lower-bound.js";
import { toProblem, type Problem } from "../../../src/planning/problem.js";
import { Reach } from "../../../src/planning/reach.js";
import { property } from "../../support/property.js";
import { everyPlan, type PossiblePlan } from "./every-plan.js";
import { anyMeasures, fewMeasures, networks, type Network } from "./network-arbitraries.js";

function problemOf({ request, operations }: Network): Problem | undefined {
  const graph = toHypergraph(request, operations);
  const alive = new Uint8Array(graph.operations.length).fill(1);
  return new Reach(graph).keepRelevant(alive) === 0 ? undefined : toProblem(shrink(graph, alive), request);
}

/** Whether every operation of the plan is marked. */
function isWithin({ giverOf }: PossiblePlan, { graph }: Problem, alive: Uint8Array): boolean {
  return [...giverOf.values()].every((operation) => alive[graph.operations.indexOf(operation)] === 1);
}

/** A network, some of whose operations are taken out. */
const parts = fc.tuple(networks(fc.oneof(anyMeasures, fewMeasures), 8), fc.array(fc.nat(13), { maxLength: 3 }));

describe("LowerBound", () => {
  property([parts, fc.oneof(fc.nat(200), fc.constant(Infinity))], { numRuns: 500 })(
    "is never above any plan of what is left, wherever it is stopped",
    ([network, out], steps) => {
      const problem = problemOf(network);
      fc.pre(problem !== undefined);
      const alive = new Uint8Array(problem.cost.length).fill(1);
      for (const index of out) if (index < alive.length) alive[index] = 0;
      const plans = everyPlan(network.request, network.operations).filter((plan) => isWithin(plan, problem, alive));
      const bound = new LowerBound(problem, new Effort({ steps })).measure(alive) * problem.unit;
      if (plans.length === 0) expect(bound).toBe(Infinity);
      else for (const { cost } of plans) expect(bound).toBeLessThanOrEqual(cost + 1e-12);
    },
  );

  property([parts, fc.double({ min: 0, max: 3, noNaN: true })], { numRuns: 500 })(
    "takes life from no operation of a plan within the limit, and from some beyond",
    ([network], slack) => {
      const problem = problemOf(network);
      fc.pre(problem !== undefined);
      const alive = new Uint8Array(problem.cost.length).fill(1);
      const bounds = new LowerBound(problem, new Effort({ steps: Infinity }));
      const limit = bounds.measure(alive) + Math.floor(slack / problem.unit);
      const within = everyPlan(network.request, network.operations).filter(
        ({ cost }) => cost <= limit * problem.unit - 1e-12,
      );
      bounds.eliminate(alive, limit);
      for (const plan of within) expect(isWithin(plan, problem, alive)).toBe(true);
    },
  );
});
