// A plan: a DAG of operations that reaches a goal, and how it explains itself.

/**
 * What the planner knows of one operation, pooled over its living instances. One whose numbers are out of range (not a number,
 * a reliability of 0) is not planned with.
 */
export interface PlannableOperation {
  /** `ENGINE_ID.name@version`. */
  readonly id: string;
  readonly engineId: string;
  /** Product keys. */
  readonly needs: readonly string[];
  readonly gives: string;
  /** At least 0. */
  readonly latencyMs: number;
  /** In (0, 1]. */
  readonly reliability: number;
  /** In [0, 1]. */
  readonly quality: number;
  /** Nobody has measured how long it takes: the latency is a prior, and so are reliability and quality unless known. */
  readonly unmeasured?: boolean;
}

export const PLAN_PREFERENCES = ["fast", "balanced", "best"] as const;
export type PlanPreference = (typeof PLAN_PREFERENCES)[number];

export interface PlanRequest {
  /** Product keys wanted. */
  readonly wants: readonly string[];
  /** Product keys that the caller supplies, or that are already made. */
  readonly facts: readonly string[];
  readonly preference: PlanPreference;
  /** Positive. */
  readonly deadlineMs: number;
}

export interface PlanStep {
  /** The same as its operation's id: a plan uses an operation at most once. */
  readonly operationId: string;
  readonly engineId: string;
  readonly gives: string;
  /** Where each needed product comes from: a fact, or the operation that gives it in this plan. */
  readonly needs: readonly { readonly product: string; readonly from: "fact" | { readonly operationId: string } }[];
  /** Operation ids, sorted. */
  readonly dependsOn: readonly string[];
}

export interface PlanCost {
  readonly total: number;
  /** w1 × critical path / deadline. */
  readonly latency: number;
  /** w2 × Σ −ln(reliability). */
  readonly reliability: number;
  /** w3 × Σ (1 − quality). */
  readonly quality: number;
  readonly criticalPathMs: number;
  readonly criticalPath: readonly string[];
}

/** A product of the plan that several operations could give, and why one was taken. */
export interface PlanChoice {
  readonly product: string;
  readonly chosen: string;
  /**
   * By operation id. `extraCost`: of the best plan with this operation instead, over the plan's; null where no plan has it or
   * it was not computed (the planner leaves it open, `explainPlan` fills it in).
   */
  readonly alternatives: readonly { readonly operationId: string; readonly extraCost: number | null }[];
}

export interface Plan {
  /** In an order in which every step follows what it depends on; ties by operation id. */
  readonly steps: readonly PlanStep[];
  readonly cost: PlanCost;
  readonly optimal: boolean;
  /** A proven lower bound of the cost; equals the cost where `optimal`. */
  readonly lowerBound: number;
  /** (cost − lower bound) / cost; 0 where `optimal`. */
  readonly gap: number;
  readonly choices: readonly PlanChoice[];
  /** Ids of its operations that were never measured: they count in the cost with priors. In the order of the steps. */
  readonly unmeasured: readonly string[];
}

/** How `neededBy` names the goal itself. */
export const GOAL = "goal";

/** A product at the root of why there is no plan. With all that are missing there would be one, and none of them is to spare. */
export interface MissingProduct {
  readonly product: string;
  /** Operations on the way to the goal that need it, by id; `GOAL` last. */
  readonly neededBy: readonly string[];
  /** Operations that would give it but wait, in a circle, for one another's products, by id; empty where nothing gives it. */
  readonly blockedGivers: readonly string[];
}

export type PlanOutcome =
  | { readonly found: true; readonly plan: Plan }
  | { readonly found: false; readonly missing: readonly MissingProduct[] };
