import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** A few windows of calls between all partners. */
export class ServeCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly windows: number) {}

  check(): boolean {
    return true;
  }

  async run(_: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    for (let window = 0; window < this.windows; window += 1) {
      network.serve(20);
      await network.clock.advance(10_000);
      network.check();
    }
  }

  toString(): string {
    return `Serve(${this.windows})`;
  }
}
