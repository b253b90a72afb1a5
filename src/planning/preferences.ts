// What a goal prefers, as weights of the three terms of a plan's cost.
import type { PlannableOperation, PlanPreference, PlanRequest } from "../contracts/plan.js";

export interface CostWeights {
  /** Of the critical path as a share of the deadline. */
  readonly latency: number;
  /** Of −ln(reliability): 1 costs as much as the chance of success falling by a factor e. */
  readonly reliability: number;
  /** Of 1 − quality: what an operation is short of perfect. */
  readonly quality: number;
}

/**
 * Reliability is the measure of the other two. `balanced` lets a plan that takes its whole deadline, or one operation with
 * no quality at all, count as much as a factor e of reliability; `fast` and `best` shift a factor of ten each way.
 */
export const PREFERENCE_WEIGHTS: Readonly<Record<PlanPreference, CostWeights>> = {
  fast: { latency: 10, reliability: 1, quality: 0.1 },
  balanced: { latency: 1, reliability: 1, quality: 1 },
  best: { latency: 0.1, reliability: 1, quality: 10 },
};

/** What one operation adds to the cost of a plan. */
export interface OperationCost {
  /** w2 × −ln(reliability). */
  readonly reliability: number;
  /** w3 × (1 − quality). */
  readonly quality: number;
  /** w1 × latency / deadline: counts along the critical path only. */
  readonly delay: number;
}

export function operationCost(
  { latencyMs, reliability, quality }: PlannableOperation,
  { preference, deadlineMs }: Pick<PlanRequest, "preference" | "deadlineMs">,
): OperationCost {
  const weights = PREFERENCE_WEIGHTS[preference];
  return {
    // −ln(1) is −0.
    reliability: Math.abs(weights.reliability * Math.log(reliability)),
    quality: weights.quality * (1 - quality),
    delay: (weights.latency * latencyMs) / deadlineMs,
  };
}

/** Whether its numbers are in range: one that is not is planned as if it did not exist. */
export function isUsable({ latencyMs, reliability, quality }: PlannableOperation): boolean {
  return (
    latencyMs >= 0 &&
    latencyMs <= Number.MAX_SAFE_INTEGER &&
    reliability > 0 &&
    reliability <= 1 &&
    quality >= 0 &&
    quality <= 1
  );
}
