// Whose failure it is that a run hears of: of the step itself, or of whoever gave, or was to give, what it is made from.
import type { Recipe } from "../../contracts/call.js";
import type { NautilusError } from "../../contracts/errors.js";
import { isOutdated, withoutGiver, type RunProgress } from "./run-progress.js";

/** What a run's worker tells of is one call of one step. */
export interface StepCall {
  readonly operationId: string;
  /** The object that the call was begun with: a later call of the same step has another, equal or not. */
  readonly recipe: Recipe;
}

export type Failure =
  | (StepCall & { readonly type: "STEP_FAILED"; readonly error: NautilusError })
  | { readonly type: "COLLECT_FAILED"; readonly error: NautilusError };

interface Standing {
  readonly progress: RunProgress;
  /** Operations that were given up. */
  readonly avoid: ReadonlySet<string>;
  readonly request: { readonly wants: Readonly<Record<string, string>> };
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

/** The giver is not to be asked again, and what was lost with it is to be made anew. */
export function without(standing: Standing, event: Failure, giver: string): Pick<Standing, "progress" | "avoid"> {
  const lost = lostWith(standing, event, giver);
  const progress = [giver, ...lost].reduce((left, operationId) => withoutGiver(left, operationId), standing.progress);
  return { progress, avoid: new Set([...standing.avoid, giver]) };
}

/**
 * What was made from what the giver gave, on its way to where it was missed: of all that the giver would have been asked for
 * nothing if none of it were lost. What has effects is not made from anything again, and says itself that it is lost.
 */
function lostWith({ progress, request }: Standing, event: Failure, giver: string): ReadonlySet<string> {
  const lost = new Set<string>();
  const isFrom = new Map<string, boolean>();
  const look = (key: string): boolean => {
    const known = isFrom.get(key);
    if (known !== undefined) return known;
    const recipe = progress.made.get(key)?.recipe;
    const isGiven = recipe?.operationId === giver;
    const mayBeMadeAnew = recipe !== undefined && !isGiven && progress.steps.get(recipe.operationId)?.effects === false;
    const isMadeFrom = mayBeMadeAnew && recipe.needs.map((need) => look(need.key)).includes(true);
    if (isMadeFrom) lost.add(recipe.operationId);
    isFrom.set(key, isGiven || isMadeFrom);
    return isGiven || isMadeFrom;
  };
  const keys =
    event.type === "STEP_FAILED"
      ? (progress.steps.get(event.operationId)?.recipe?.needs ?? []).map(({ key }) => key)
      : Object.values(request.wants).flatMap((product) => progress.products.get(product) ?? []);
  // What it was asked for itself is reason enough.
  if (keys.some((key) => progress.made.get(key)?.recipe.operationId === giver)) return lost;
  for (const key of keys) look(key);
  return lost;
}
