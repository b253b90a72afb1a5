// What the planner is told of the network: every operation that some instance offers, with what was measured, pooled.
import type { EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Identity, OperationIdentity } from "../contracts/identity.js";
import type { WorkflowView } from "../contracts/node.js";
import type { MissingProduct, PlannableOperation } from "../contracts/plan.js";

/** May answer, now or after a restart; one whose starts fail cannot be expected back. */
function isReachable({ health }: Identity): boolean {
  return health.lifecycle !== "stopped" && health.lifecycle !== "draining" && health.failedStarts === 0;
}

function isRunning({ health }: Identity): boolean {
  return health.lifecycle === "running";
}

/** Where nothing was measured yet: all operations alike, so that it decides nothing between them. */
const UNMEASURED_LATENCY_MS = 10;
const UNMEASURED_QUALITY = 0.5;

/**
 * Operations that can be planned with. One that no running instance offers is left out where a running one gives the same
 * product: nobody waits for a restart who need not.
 */
export function plannableOperations(identities: readonly Identity[]): readonly PlannableOperation[] {
  const running = pooledOperations(identities.filter(isRunning));
  const given = new Set(running.map(({ gives }) => gives));
  const coming = pooledOperations(identities.filter((identity) => isReachable(identity) && !isRunning(identity)));
  return [...running, ...coming.filter(({ gives }) => !given.has(gives))];
}

function pooledOperations(identities: readonly Identity[]): readonly PlannableOperation[] {
  const offers = new Map<string, { engineId: string; offered: OperationIdentity[] }>();
  for (const identity of identities) {
    for (const operation of identity.operations) {
      const offer = offers.get(operation.id) ?? { engineId: identity.engineId, offered: [] };
      offer.offered.push(operation);
      offers.set(operation.id, offer);
    }
  }
  return [...offers.values()].map(({ engineId, offered }) => pool(engineId, offered));
}

function pool(engineId: string, offered: readonly OperationIdentity[]): PlannableOperation {
  const { id, needs, gives } = offered[0] as OperationIdentity;
  const measured = offered.map((operation) => operation.measured);
  const calls = sum(measured.map((each) => each.calls));
  const failures = sum(measured.map((each) => each.failures));
  const latencyMs = mean(measured.map((each) => each.latencyMs?.mean));
  return {
    id,
    engineId,
    needs,
    gives,
    latencyMs: latencyMs ?? UNMEASURED_LATENCY_MS,
    unmeasured: latencyMs === undefined,
    // Laplace's rule of succession: never sure, and the same for all that were never called.
    reliability: (calls - failures + 1) / (calls + 2),
    quality: mean(measured.map(({ quality }) => quality)) ?? UNMEASURED_QUALITY,
  };
}

/** Which engine kinds of this build give a product, by product key. */
export function giversOf(definitions: readonly EngineDefinition[]): ReadonlyMap<string, readonly string[]> {
  const givers = new Map<string, string[]>();
  for (const definition of definitions) {
    for (const operation of definition.create().operations ?? []) {
      givers.set(operation.gives.key, [...(givers.get(operation.gives.key) ?? []), definition.id]);
    }
  }
  return givers;
}

export type MissingView = WorkflowView["missing"];

/** Adds who could give what is missing. */
export function explainMissing(
  missing: readonly MissingProduct[],
  givers: ReadonlyMap<string, readonly string[]>,
): MissingView {
  return missing.map(({ product, neededBy }) => ({
    product,
    neededBy: [...neededBy],
    couldGive: [...(givers.get(product) ?? [])],
  }));
}

/** Some engine of this build gives everything that it wants. */
export function isGivable({ missing }: WorkflowView): boolean {
  return missing.every(({ couldGive }) => couldGive.length > 0);
}

export function noPlan(missing: MissingView): NautilusError {
  const words = missing.map(({ product, neededBy, couldGive }) => {
    const who = couldGive.length > 0 ? `${couldGive.join(" or ")} could give it` : "no engine of this build gives it";
    return `${product} is missing (needed by ${neededBy.join(", ")}; ${who})`;
  });
  return new NautilusError("NO_PLAN", words.join("; "), { details: { missing } });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly (number | null | undefined)[]): number | undefined {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return known.length === 0 ? undefined : sum(known) / known.length;
}
