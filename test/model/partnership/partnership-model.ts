// What should become of partnerships: which engines and nodes are up, and so between whom there are agreements in the end.
import { expect } from "vitest";
import type { EngineKind } from "./partnership-network.js";
import type { PartnershipNetwork } from "./partnership-network.js";

const MOST_PARTNERS = 3;

export class PartnershipModel {
  /** Instances that are down, by id. */
  readonly down = new Set<string>();
  readonly parted = new Set<string>();
  readonly bad = new Set<string>();

  constructor(readonly hosting: Readonly<Record<string, readonly EngineKind[]>>) {}

  get instances(): readonly { readonly id: string; readonly nodeId: string; readonly kind: EngineKind }[] {
    return Object.entries(this.hosting).flatMap(([nodeId, kinds]) =>
      kinds.map((kind) => ({ id: `${kind.engineId}.1@${nodeId}`, nodeId, kind })),
    );
  }

  /** With everything up, every need is met by as many partners as there are, or as a consumer keeps, where there is room. */
  expectFormed(network: PartnershipNetwork): void {
    for (const { id, nodeId, kind } of this.instances) {
      for (const product of kind.needs) {
        const givers = this.instances.filter((other) => other.kind !== kind && other.kind.gives.includes(product));
        const open = network.nodes
          .get(nodeId)
          ?.desk.book.open(id, "consumer")
          .filter(({ agreement }) => agreement.products.includes(product));
        const providers = new Set(open?.map(({ provider }) => provider));
        const room = givers.filter((giver) => !providers.has(giver.id) && this.#hasRoom(giver, network)).length;
        const wanted = Math.min(MOST_PARTNERS, providers.size + room);
        expect(providers.size, `partners of ${id} for ${product}`).toBe(wanted);
      }
    }
  }

  #hasRoom({ id, nodeId, kind }: PartnershipModel["instances"][number], network: PartnershipNetwork): boolean {
    return (network.nodes.get(nodeId)?.desk.book.open(id, "provider").length ?? 0) < kind.partners;
  }
}
