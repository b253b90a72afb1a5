// The cheapest plan found so far. It names operations, not indices, so that it outlives the problem it was found in.
import type { PlannableOperation } from "../contracts/plan.js";
import type { IndexedPlan } from "./greedy-plan.js";
import type { Hypergraph } from "./hypergraph.js";

export class Incumbent {
  /** Infinity while there is no plan. */
  units = Infinity;
  operations: readonly PlannableOperation[] = [];
  /** Whether another plan that costs the same was offered, or it does not matter. */
  isTied: boolean;
  readonly #watchesTies: boolean;

  /** @param watchesTies whether plans that cost the same are searched for, until one is found */
  constructor(watchesTies: boolean) {
    this.#watchesTies = watchesTies;
    this.isTied = !watchesTies;
  }

  /** What a plan may cost to be of interest. */
  get limit(): number {
    return this.isTied ? this.units - 1 : this.units;
  }

  /** Takes a plan that is cheaper; whether it is. */
  offer(plan: IndexedPlan | undefined, graph: Hypergraph): boolean {
    if (plan === undefined || plan.units > this.units) return false;
    if (plan.units === this.units) {
      this.isTied ||= !this.#has(plan, graph);
      return false;
    }
    this.units = plan.units;
    this.operations = Array.from(plan.operations, (operation) => graph.operations[operation]!);
    this.isTied = !this.#watchesTies;
    return true;
  }

  /** Those of its operations that a problem still has. */
  within(graph: Hypergraph): Int32Array {
    const own = new Set(this.operations);
    return Int32Array.from(graph.operations.keys()).filter((operation) => own.has(graph.operations[operation]!));
  }

  /** Whether it is the same plan: one that has all of another's operations has no more, as none is there for nothing. */
  #has({ operations }: IndexedPlan, graph: Hypergraph): boolean {
    const own = new Set(this.operations);
    return operations.every((operation) => own.has(graph.operations[operation]!));
  }
}
