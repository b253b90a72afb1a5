// The planner: from the products wanted to the operations that make them, by search over what operations declare and what was
// measured of them. Pure: the same request and operations, in whatever order, give the same plan.
import { assert } from "../kernel/assert.js";
import type { Plan, PlanChoice, PlannableOperation, PlanOutcome, PlanRequest } from "../contracts/plan.js";
import { Effort, type EffortLimits } from "./effort.js";
import { firstOfEquals } from "./first-of-equals.js";
import { shrink, toHypergraph, type Hypergraph } from "./hypergraph.js";
import { missingProducts } from "./missing-products.js";
import { planCost } from "./plan-cost.js";
import { toSteps } from "./plan-steps.js";
import { toProblem } from "./problem.js";
import { Reach } from "./reach.js";
import { search } from "./search.js";

/** Up to so many relevant operations, the plan is proven optimal however long that takes. */
const EXACT_UP_TO = 40;

/** Beyond, so many looks at an operation: with what comes before and after, about 10 ms. */
export const SEARCH_STEPS = 200_000;

const SEARCH_BUDGET_MS = 10;

export interface PlanOptions {
  /** Relevant operations (on a way from the facts to the wants) up to which the plan is proven optimal; default 40. */
  readonly exactUpTo?: number;
  /** Beyond that, how often the search may look at an operation; default 200,000. A count, so that plans can be repeated. */
  readonly searchSteps?: number;
  /** With a clock, the search beyond `exactUpTo` also ends 10 ms after it was called: plans then depend on the machine. */
  readonly nowMs?: () => number;
}

/**
 * The cheapest plan that makes the wants from the facts, as far as it can be proven. A fact is used instead of any giver, and
 * every other product has exactly one giver. Of equally cheap plans, up to `exactUpTo`, the one is taken whose products, walked
 * breadth first from the wants in order of key, have the smallest operation ids. An operation whose numbers are out of range
 * is not planned with.
 * @throws AssertionError when the deadline is not positive or two operations have one id
 */
export function findPlan(
  request: PlanRequest,
  operations: readonly PlannableOperation[],
  options: PlanOptions = {},
): PlanOutcome {
  const { exactUpTo = EXACT_UP_TO, searchSteps: steps = SEARCH_STEPS, nowMs } = options;
  const clock = nowMs && { nowMs, untilMs: nowMs() + SEARCH_BUDGET_MS };
  assert(request.deadlineMs > 0, `a plan needs a positive deadline, not ${request.deadlineMs} ms`);
  const offered = toHypergraph(request, operations);
  const relevant = relevantPart(offered);
  if (relevant === undefined) return { found: false, missing: missingProducts(offered) };
  const isExact = relevant.operations.length <= exactUpTo;
  return { found: true, plan: cheapestPlan(relevant, request, isExact ? undefined : { steps, clock }) };
}

/** Undefined when a want cannot be reached. */
function relevantPart(offered: Hypergraph): Hypergraph | undefined {
  const alive = new Uint8Array(offered.operations.length).fill(1);
  const count = new Reach(offered).keepRelevant(alive);
  return count === 0 && offered.wants.length > 0 ? undefined : shrink(offered, alive);
}

/** @param limits of the search; without, the plan is proven optimal and the first of its equals */
function cheapestPlan(graph: Hypergraph, request: PlanRequest, limits: EffortLimits | undefined): Plan {
  const problem = toProblem(graph, request);
  const isExact = limits === undefined;
  const found = search(problem, new Effort(limits ?? { steps: Infinity }), isExact);
  const chosen = isExact && !found.isUnique ? firstOfEquals(problem, found.units) : found.operations;
  const steps = toSteps(chosen);
  const operations = new Map(chosen.map((operation) => [operation.id, operation]));
  const cost = planCost(steps, operations, request);
  const optimal = found.lowerUnits === found.units;
  const lowerBound = optimal ? cost.total : Math.min(found.lowerUnits * problem.unit, cost.total);
  return {
    steps,
    cost,
    optimal,
    lowerBound,
    gap: optimal ? 0 : (cost.total - lowerBound) / cost.total,
    choices: choicesOf(graph, chosen),
    unmeasured: steps
      .map(({ operationId }) => operationId)
      .filter((operationId) => operations.get(operationId)?.unmeasured === true),
  };
}

/** Where the plan could have taken another operation; what that would have cost is left open. */
function choicesOf(graph: Hypergraph, chosen: readonly PlannableOperation[]): readonly PlanChoice[] {
  const idOf = new Map(chosen.map(({ gives, id }) => [gives, id]));
  const { start, items } = graph.givers;
  const choices: PlanChoice[] = [];
  graph.products.forEach((product, index) => {
    const taken = idOf.get(product);
    if (taken === undefined || start[index + 1]! - start[index]! < 2) return;
    const alternatives: { operationId: string; extraCost: null }[] = [];
    for (const giver of items.subarray(start[index], start[index + 1])) {
      const operationId = graph.operations[giver]!.id;
      if (operationId !== taken) alternatives.push({ operationId, extraCost: null });
    }
    choices.push({ product, chosen: taken, alternatives });
  });
  return choices;
}
