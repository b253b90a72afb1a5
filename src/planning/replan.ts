// What is left to plan when a run has to go another way.
import type { PlanRequest } from "../contracts/plan.js";

/** The same goal around what is already made: products at hand are facts, and nothing that only led to them is planned again. */
export function requestForRest(
  request: PlanRequest,
  rest: { readonly made: readonly string[]; readonly deadlineMs: number },
): PlanRequest {
  return { ...request, facts: [...request.facts, ...rest.made], deadlineMs: rest.deadlineMs };
}
