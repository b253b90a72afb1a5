// Whose failure it is that a run hears of: of the step itself, or of whoever gave, or was to give, what it is made from.
import type { NautilusError } from "../../contracts/errors.js";
import { isOutdated, type RunProgress } from "./run-progress.js";

export type Failure =
  | { readonly type: "STEP_FAILED"; readonly operationId: string; readonly error: NautilusError }
  | { readonly type: "COLLECT_FAILED"; readonly error: NautilusError };

interface Standing {
  readonly progress: RunProgress;
  /** Operations that were given up. */
  readonly avoid: ReadonlySet<string>;
}

/** The operation that did not give: that of the step, or the one that its inputs, or the results, were to come from. */
export function failedGiver({ progress, avoid }: Standing, event: Failure): string | undefined {
  const { operationId } = event.error.details;
  if (typeof operationId === "string" && (progress.steps.has(operationId) || avoid.has(operationId)))
    return operationId;
  return event.type === "STEP_FAILED" ? event.operationId : undefined;
}

/** It waited for a giver that was given up meanwhile, for what another makes, or is to make, in its place. */
export function isBehind({ progress, avoid }: Standing, event: Failure, giver: string): boolean {
  return event.type === "STEP_FAILED" && avoid.has(giver) && isOutdated(progress, event.operationId);
}

export function mayHaveHadEffects({ progress }: Pick<Standing, "progress">, operationId: string): boolean {
  const record = progress.steps.get(operationId);
  return record !== undefined && record.effects && record.attempts > 0;
}

/** The router of this node took no call for the step: it takes none for another operation either. */
export function wasTurnedAway({ progress }: Pick<Standing, "progress">, event: Failure): boolean {
  const { code } = event.error;
  if (event.type !== "STEP_FAILED" || (code !== "OVERLOADED" && code !== "NOT_SERVING")) return false;
  return progress.steps.get(event.operationId)?.attempts === 0;
}
