// The chain of steps that decides how long a plan takes when everything that can runs in parallel.
import type { PlanStep } from "../contracts/plan.js";

export interface CriticalPath {
  readonly latencyMs: number;
  /** From the first step to the last; of equally long chains the one whose later steps have the smaller ids. */
  readonly operationIds: readonly string[];
}

/**
 * The longest chain through steps of which each follows what it depends on.
 * @param latencyMs of a step, expected or measured
 */
export function criticalPath(
  steps: readonly Pick<PlanStep, "operationId" | "dependsOn">[],
  latencyMs: (operationId: string) => number,
): CriticalPath {
  const chains = new Map<string, { readonly endMs: number; readonly after: string | undefined }>();
  const latestOf = (operationIds: readonly string[]): string | undefined => {
    let latest: string | undefined;
    for (const id of operationIds) {
      const isLater = latest === undefined || endOf(id) > endOf(latest) || (endOf(id) === endOf(latest) && id < latest);
      if (isLater) latest = id;
    }
    return latest;
  };
  const endOf = (operationId: string | undefined): number =>
    operationId === undefined ? 0 : (chains.get(operationId)?.endMs ?? 0);
  for (const { operationId, dependsOn } of steps) {
    const after = latestOf(dependsOn);
    chains.set(operationId, { endMs: endOf(after) + latencyMs(operationId), after });
  }
  const last = latestOf([...chains.keys()]);
  const operationIds: string[] = [];
  for (let id = last; id !== undefined; id = chains.get(id)?.after) operationIds.unshift(id);
  return { latencyMs: endOf(last), operationIds };
}
