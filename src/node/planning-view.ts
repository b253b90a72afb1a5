// What the planner is told of the network: every operation that some instance offers, with what was measured, pooled.
import type { EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Identity, Measured, OperationIdentity } from "../contracts/identity.js";
import type { WorkflowView } from "../contracts/views/workflows.js";
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
  const running: Offers = new Map();
  const coming: Offers = new Map();
  for (const identity of identities) {
    if (isRunning(identity)) offer(identity, running);
    else if (isReachable(identity)) offer(identity, coming);
  }
  const pooled = [...running.values()].map(pool);
  const given = new Set(pooled.map(({ gives }) => gives));
  for (const each of coming.values()) if (!given.has(each.first.gives)) pooled.push(pool(each));
  return pooled;
}

/** One operation, with what each instance that offers it measured. */
interface Offer {
  readonly engineId: string;
  readonly first: OperationIdentity;
  readonly measured: Measured[];
}

/** By operation id. */
type Offers = Map<string, Offer>;

function offer({ engineId, operations }: Identity, offers: Offers): void {
  for (const operation of operations) {
    const known = offers.get(operation.id);
    if (known === undefined) offers.set(operation.id, { engineId, first: operation, measured: [operation.measured] });
    else known.measured.push(operation.measured);
  }
}

function pool({ engineId, first, measured }: Offer): PlannableOperation {
  const { id, needs, gives } = first;
  const calls = sum(measured, (each) => each.calls);
  const failures = sum(measured, (each) => each.failures);
  const latencyMs = mean(measured, (each) => each.latencyMs?.mean);
  return {
    id,
    engineId,
    needs,
    gives,
    latencyMs: latencyMs ?? UNMEASURED_LATENCY_MS,
    unmeasured: latencyMs === undefined,
    // Laplace's rule of succession: never sure, and the same for all that were never called.
    reliability: (calls - failures + 1) / (calls + 2),
    quality: mean(measured, ({ quality }) => quality) ?? UNMEASURED_QUALITY,
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

function sum(measured: readonly Measured[], of: (each: Measured) => number): number {
  let total = 0;
  for (const each of measured) total += of(each);
  return total;
}

/** Of those that there are; undefined without any. */
function mean(measured: readonly Measured[], of: (each: Measured) => number | null | undefined): number | undefined {
  let total = 0;
  let count = 0;
  for (const each of measured) {
    const value = of(each) ?? undefined;
    if (value === undefined) continue;
    total += value;
    count += 1;
  }
  return count === 0 ? undefined : total / count;
}
