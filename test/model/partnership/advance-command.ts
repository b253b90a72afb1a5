import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** Time passes. */
export class AdvanceCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(_: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    await network.clock.advance(this.ms);
    network.check();
  }

  toString(): string {
    return `Advance(${this.ms})`;
  }
}
