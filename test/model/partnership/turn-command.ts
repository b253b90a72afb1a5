import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** An instance begins to miss its service level, or keeps it again. */
export class TurnCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly index: number) {}

  check(): boolean {
    return true;
  }

  async run(model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    const { id } = model.instances[this.index % model.instances.length]!;
    for (const bad of [model.bad, network.bad]) if (!bad.delete(id)) bad.add(id);
  }

  toString(): string {
    return `Turn(${this.index})`;
  }
}
