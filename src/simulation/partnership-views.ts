// What invariants look up about who could be whose partner.
import type { Identity, Limits } from "../contracts/identity.js";
import { pairKey } from "../partnerships/agreement.js";
import { neededBy } from "../partnerships/compatibility.js";
import type { WorldView } from "./invariant.js";
import type { Life } from "./simulated-node.js";

const USUAL_PARTNERS = 64;
/** A minute in which two leave each other alone after bad service, and until the end of the window that it ends in. */
const WINDOW_MS = 10_000;
const LONGEST_REST_MS = 60_000 + WINDOW_MS;

/** Consumers that an instance agrees with at once. */
export function placesOf({ partners = USUAL_PARTNERS }: Limits): number {
  return partners;
}

export interface Needs {
  readonly instanceId: string;
  readonly needs: ReadonlySet<string>;
}

/** Of the running instances of a node. */
export function needsOf({ parts }: Life): readonly Needs[] {
  return running(parts.fleet.identities()).map((identity) => ({
    instanceId: identity.instanceId,
    needs: neededBy(identity),
  }));
}

/** Running instances of other engines that give the product, and have a free place. */
export function givers({ nodes }: WorldView, product: string, consumer: string): readonly string[] {
  return [...nodes.values()].flatMap(({ life }) => {
    if (life === undefined) return [];
    const { fleet, partnering } = life.parts;
    return running(fleet.identities())
      .filter(({ engineId }) => !consumer.startsWith(`${engineId}.`))
      .filter(({ operations }) => operations.some(({ gives }) => gives === product))
      .filter(({ instanceId, limits }) => {
        // Those too who are about to get one, or not.
        const taken = partnering.desk.book.open(instanceId, "provider").length;
        return taken < placesOf(limits);
      })
      .map(({ instanceId }) => instanceId);
  });
}

/** Their agreement ended lately, as after bad service, and the consumer is not to propose to the provider again yet. */
export function isResting({ parts, clock }: Life, consumer: string, provider: string): boolean {
  const entry = parts.partnering.desk.book.get("consumer", pairKey({ consumer, provider }));
  if (entry === undefined || entry.agreement.phase !== "dissolved") return false;
  const nowMs = clock.nowMs();
  const { quietUntilMs, sinceMs } = entry.history;
  return nowMs <= quietUntilMs + WINDOW_MS && nowMs - sinceMs <= LONGEST_REST_MS;
}

function running(identities: readonly Identity[]): readonly Identity[] {
  return identities.filter(({ health }) => health.lifecycle === "running");
}
