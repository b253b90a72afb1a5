// Why a plan took the operations it took: what the best plan with another one instead would have cost more.
import type { Plan, PlanChoice, PlannableOperation, PlanRequest } from "../contracts/plan.js";
import { findPlan, SEARCH_STEPS, type PlanOptions } from "./find-plan.js";

/**
 * The choices of a plan with the extra cost of each alternative: null where no plan has it, or where it or the plan itself is
 * not proven optimal. Takes as long as a plan for each alternative up to `exactUpTo`, beyond that about as long as one plan.
 * @param operations what the plan was found among
 */
export function explainPlan(
  { choices, optimal, cost }: Plan,
  { request, operations }: { readonly request: PlanRequest; readonly operations: readonly PlannableOperation[] },
  options: PlanOptions = {},
): readonly PlanChoice[] {
  const count = choices.reduce((sum, { alternatives }) => sum + alternatives.length, 0);
  const searchSteps = Math.floor((options.searchSteps ?? SEARCH_STEPS) / count);
  const extraCost = (product: string, operationId: string): number | null => {
    if (!optimal) return null;
    const forced = operations.filter(({ gives, id }) => gives !== product || id === operationId);
    const wants = [...request.wants, product];
    const outcome = findPlan({ ...request, wants }, forced, { ...options, searchSteps });
    if (!outcome.found || !outcome.plan.optimal) return null;
    // The two sums may differ in their last bits where the plans cost the same.
    return Math.max(0, outcome.plan.cost.total - cost.total);
  };
  return choices.map(({ product, chosen, alternatives }) => ({
    product,
    chosen,
    alternatives: alternatives.map(({ operationId }) => ({ operationId, extraCost: extraCost(product, operationId) })),
  }));
}
