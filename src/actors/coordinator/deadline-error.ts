// What a run says of itself when its time is up: where it stood, and whether it was waiting for somebody to come back.
import { NautilusError } from "../../contracts/errors.js";
import { runningSteps, type RunProgress } from "./run-progress.js";

export interface LateRun {
  readonly request: { readonly wants: Readonly<Record<string, string>>; readonly deadlineMs: number };
  readonly progress: RunProgress;
  readonly effects: { isDown(operationId: string): boolean };
}

/** A run that waited for a giver to come back failed for that, and not because it was slow. */
export function deadlineError({ request, progress, effects }: LateRun): NautilusError {
  const passed = `the run's deadline of ${request.deadlineMs} ms passed`;
  const running = runningSteps(progress);
  const sources =
    running.length > 0 ? running.flatMap((step) => givenBy(progress, step)) : resultGivers(request, progress);
  const where = running.length > 0 ? `${passed} in ${running.join(", ")}` : `${passed} ${standing(sources)}`;
  const operationId = [...running, ...sources].find((id) => effects.isDown(id));
  if (operationId === undefined) return new NautilusError("DEADLINE_EXCEEDED", where);
  return new NautilusError("GIVER_DOWN", `${where}: ${operationId} is down`, { details: { operationId } });
}

/** With no step under way. */
function standing(resultsFrom: readonly string[]): string {
  if (resultsFrom.length === 0) return "before its first step";
  return `while its results were fetched from ${resultsFrom.join(", ")}`;
}

/** The steps that a step fetches its inputs from. */
function givenBy({ steps }: RunProgress, operationId: string): readonly string[] {
  return steps.get(operationId)?.step.dependsOn ?? [];
}

/** The steps that made what was wanted. */
function resultGivers({ wants }: LateRun["request"], { products, made }: RunProgress): readonly string[] {
  const givers = Object.values(wants).flatMap((want) => made.get(products.get(want) ?? "")?.recipe.operationId ?? []);
  return [...new Set(givers)];
}
