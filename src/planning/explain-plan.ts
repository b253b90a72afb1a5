// Why a plan took the operations it took: what the best plan with another one instead would have cost more.
import type { Plan, PlanChoice, PlannableOperation, PlanRequest } from "../contracts/plan.js";
import { findPlan, type PlanOptions } from "./find-plan.js";

/** Alternatives that are searched at most, each as long as a plan of its own. */
const ALTERNATIVES_SEARCHED = 64;

/**
 * The choices of a plan with the extra cost of each alternative: null where no plan has it, where neither plan is proven
 * optimal, or beyond the first 64 alternatives.
 * @param operations what the plan was found among
 */
export function explainPlan(
  plan: Plan,
  { request, operations }: { readonly request: PlanRequest; readonly operations: readonly PlannableOperation[] },
  options: PlanOptions = {},
): readonly PlanChoice[] {
  let left = ALTERNATIVES_SEARCHED;
  const extraCost = (product: string, operationId: string): number | null => {
    if (!plan.optimal || left === 0) return null;
    left -= 1;
    const forced = operations.filter(({ gives, id }) => gives !== product || id === operationId);
    const outcome = findPlan({ ...request, wants: [...request.wants, product] }, forced, options);
    if (!outcome.found || !outcome.plan.optimal) return null;
    // The two sums may differ in their last bits where the plans cost the same.
    return Math.max(0, outcome.plan.cost.total - plan.cost.total);
  };
  return plan.choices.map(({ product, chosen, alternatives }) => ({
    product,
    chosen,
    alternatives: alternatives.map(({ operationId }) => ({ operationId, extraCost: extraCost(product, operationId) })),
  }));
}
