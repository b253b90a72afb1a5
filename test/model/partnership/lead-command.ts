import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** Another node leads from now on, or none does. */
export class LeadCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly index: number | undefined) {}

  check(): boolean {
    return true;
  }

  async run(_model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    network.lead?.give(this.index === undefined ? undefined : network.all[this.index % network.all.length]!.nodeId);
    network.check();
  }

  toString(): string {
    return `Lead(${this.index ?? "nobody"})`;
  }
}
