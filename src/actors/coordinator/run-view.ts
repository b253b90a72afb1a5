// A run as people see it.
import { withRunFields, type RunField } from "../../contracts/domain.js";
import { jsonDetails, type NautilusError } from "../../contracts/errors.js";
import type { RunView, StepView } from "../../contracts/views/runs.js";
import type { RunProgress, StepRecord } from "./run-progress.js";

export interface RunFacts {
  readonly runId: string;
  readonly workflow: string | null;
  readonly status: RunView["status"];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly progress: RunProgress | undefined;
  /** What the domain adds. */
  readonly fields: readonly RunField[];
  readonly replans: number;
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly error: NautilusError | undefined;
}

export function viewRun(run: RunFacts): RunView {
  const { progress, result, error, fields } = run;
  const view: RunView = {
    runId: run.runId,
    workflow: run.workflow,
    status: run.status,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    plan: progress?.plan === undefined ? null : viewPlan(progress.plan),
    replans: run.replans,
    steps: [...(progress?.steps.values() ?? [])].map(viewStep),
    ...(result && { result: { ...result } }),
    ...(error && { error: { code: error.code, message: error.message, details: jsonDetails(error.details) } }),
  };
  return withRunFields<unknown>(view, fields, (field) => readField(field, progress?.pinned ?? {})) as RunView;
}

/** A run ends and is shown whatever becomes of a field of the domain. */
function readField({ read }: RunField, pinned: RunProgress["pinned"]): unknown {
  try {
    return read(pinned);
  } catch {
    return null;
  }
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
