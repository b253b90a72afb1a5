// A run as people see it.
import { jsonDetails, type NautilusError } from "../../contracts/errors.js";
import type { RunView, StepView } from "../../contracts/views/runs.js";
import { MarketRequest, MarketUniverse, type Universe } from "../../contracts/products.js";
import type { RunProgress, StepRecord } from "./run-progress.js";

export interface RunFacts {
  readonly runId: string;
  readonly workflow: string | null;
  readonly status: RunView["status"];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly progress: RunProgress | undefined;
  readonly replans: number;
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly error: NautilusError | undefined;
}

export function viewRun(run: RunFacts): RunView {
  const { progress, result, error } = run;
  const { [MarketRequest.key]: request, [MarketUniverse.key]: universe } = progress?.pinned ?? {};
  return {
    runId: run.runId,
    workflow: run.workflow,
    status: run.status,
    asOf: (request as { asOf?: string } | undefined)?.asOf ?? null,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    universe: (universe as Universe | undefined) ?? null,
    plan: progress?.plan === undefined ? null : viewPlan(progress.plan),
    replans: run.replans,
    steps: [...(progress?.steps.values() ?? [])].map(viewStep),
    ...(result && { result: { ...result } }),
    ...(error && { error: { code: error.code, message: error.message, details: jsonDetails(error.details) } }),
  };
}

function viewPlan(plan: NonNullable<RunProgress["plan"]>): RunView["plan"] {
  const { cost, optimal, lowerBound, gap, unmeasured } = plan;
  return {
    cost: { ...cost, criticalPath: [...cost.criticalPath] },
    optimal,
    lowerBound,
    gap,
    /** A plan explains itself when it is looked at. */
    get choices() {
      return plan.choices.map((choice) => ({ ...choice, alternatives: [...choice.alternatives] }));
    },
    unmeasured: [...unmeasured],
  };
}

function viewStep({ step, status, instanceId, attempts, durationMs, reusedFrom, error }: StepRecord): StepView {
  return {
    id: step.operationId,
    engineId: step.engineId,
    instanceId,
    operation: step.operationId.slice(step.engineId.length + 1),
    gives: step.gives,
    dependsOn: [...step.dependsOn],
    status,
    attempts,
    durationMs,
    ...(reusedFrom !== undefined && { reusedFrom }),
    ...(error && { error: { code: error.code, message: error.message } }),
  };
}
