// Which of several equally cheap plans is taken.
import type { PlannableOperation } from "../contracts/plan.js";
import { present } from "../kernel/assert.js";
import { Effort } from "./effort.js";
import { GreedyPlanner, type IndexedPlan } from "./greedy-plan.js";
import { LowerBound } from "./lower-bound.js";
import type { Problem } from "./problem.js";

/**
 * Of all plans that cost `units`, the least there is, the one found by walking breadth first from the wants, products in
 * order of key, and giving each product to the smallest operation id that still allows that cost.
 */
export function firstOfEquals(problem: Problem, units: number): readonly PlannableOperation[] {
  const { graph, cost } = problem;
  const effort = new Effort({ steps: Infinity });
  const bounds = new LowerBound(problem, effort);
  const greedy = new GreedyPlanner(problem, effort);
  const walk = (alive: Uint8Array): IndexedPlan | undefined => {
    if (bounds.measure(alive) > units) return undefined;
    bounds.eliminate(alive, units);
    const givers = firstChoice(problem, alive);
    if (givers.length === 0) {
      const plan = greedy.derive(alive, cost);
      return plan !== undefined && plan.units <= units ? plan : undefined;
    }
    for (const giver of givers) {
      const narrowed = alive.slice();
      for (const other of givers) if (other !== giver) narrowed[other] = 0;
      const plan = walk(narrowed);
      if (plan !== undefined) return plan;
    }
    return undefined;
  };
  const first = present(walk(new Uint8Array(cost.length).fill(1)), "a plan of the least cost");
  return Array.from(first.operations, (operation) => graph.operations[operation]!);
}

/** Living givers, by id, of the first product on the walk that has several; none when every product has one. */
function firstChoice({ graph }: Problem, alive: Uint8Array): readonly number[] {
  const queue = new Set(graph.wants);
  for (const product of queue) {
    const { start, items } = graph.givers;
    const living = Array.from(items.subarray(start[product], start[product + 1])).filter((giver) => alive[giver] === 1);
    if (living.length > 1) return living;
    for (const giver of living) {
      const { needs } = graph;
      for (const need of needs.items.subarray(needs.start[giver], needs.start[giver + 1])) queue.add(need);
    }
  }
  return [];
}
