// The cheapest plan found so far. It names operations, not indices, so that it outlives the problem it was found in.
import type { PlannableOperation } from "../contracts/plan.js";
import type { IndexedPlan } from "./greedy-plan.js";
import type { Hypergraph } from "./hypergraph.js";

export class Incumbent {
  /** Infinity while there is no plan. */
  units = Infinity;
  operations: readonly PlannableOperation[] = [];

  /** Takes a plan that is cheaper; whether it is. */
  offer(plan: IndexedPlan | undefined, graph: Hypergraph): boolean {
    if (plan === undefined || plan.units >= this.units) return false;
    this.units = plan.units;
    this.operations = Array.from(plan.operations, (operation) => graph.operations[operation]!);
    return true;
  }

  /** Those of its operations that a problem still has. */
  within(graph: Hypergraph): Int32Array {
    const own = new Set(this.operations);
    return Int32Array.from(graph.operations.keys()).filter((operation) => own.has(graph.operations[operation]!));
  }
}
