// What invariants look up about who could be whose partner.
import type { Identity, Limits } from "../contracts/identity.js";
import { neededBy } from "../partnerships/compatibility.js";
import type { WorldView } from "./invariant.js";
import type { Life } from "./simulated-node.js";

const USUAL_PARTNERS = 64;

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
        const taken = partnering.desk.ledger.book.open(instanceId, "provider").length;
        return taken < placesOf(limits);
      })
      .map(({ instanceId }) => instanceId);
  });
}

function running(identities: readonly Identity[]): readonly Identity[] {
  return identities.filter(({ health }) => health.lifecycle === "running");
}
