import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** A node hears nobody any more, and nobody hears it; or the way is open again. */
export class PartCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly index: number) {}

  check(): boolean {
    return true;
  }

  async run(model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    const { nodeId } = network.all[this.index % network.all.length]!;
    if (model.parted.delete(nodeId)) network.heal(nodeId);
    else {
      model.parted.add(nodeId);
      network.part(nodeId);
    }
    network.check();
  }

  toString(): string {
    return `Part(${this.index})`;
  }
}
