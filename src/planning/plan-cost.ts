// What a plan costs, term by term.
import type { PlanCost, PlannableOperation, PlanRequest, PlanStep } from "../contracts/plan.js";
import { criticalPath } from "./critical-path.js";
import { operationCost, PREFERENCE_WEIGHTS } from "./preferences.js";

/** @param operations those of the steps, by id; a shared one counts once because a plan has it once */
export function planCost(
  steps: readonly PlanStep[],
  operations: ReadonlyMap<string, PlannableOperation>,
  request: PlanRequest,
): PlanCost {
  let reliability = 0;
  let quality = 0;
  for (const { operationId } of steps) {
    const operation = operations.get(operationId);
    if (operation === undefined) continue;
    const cost = operationCost(operation, request);
    reliability += cost.reliability;
    quality += cost.quality;
  }
  const path = criticalPath(steps, (id) => operations.get(id)?.latencyMs ?? 0);
  const latency = (PREFERENCE_WEIGHTS[request.preference].latency * path.latencyMs) / request.deadlineMs;
  return {
    total: latency + reliability + quality,
    latency,
    reliability,
    quality,
    criticalPathMs: path.latencyMs,
    criticalPath: path.operationIds,
  };
}
