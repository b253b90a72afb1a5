import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** From now on this share of the messages is lost, and this share comes twice. */
export class DisturbCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(
    readonly lossRate: number,
    readonly doubleRate: number,
  ) {}

  check(): boolean {
    return true;
  }

  async run(_: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    network.lossRate = this.lossRate;
    network.doubleRate = this.doubleRate;
  }

  toString(): string {
    return `Disturb(${this.lossRate}, ${this.doubleRate})`;
  }
}
