import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** Supervision brings an instance back. */
export class ReviveEngineCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly index: number) {}

  check({ instances, down }: Readonly<PartnershipModel>): boolean {
    return down.has(instances[this.index % instances.length]!.id);
  }

  async run(model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    const { id, nodeId } = model.instances[this.index % model.instances.length]!;
    model.down.delete(id);
    network.nodes.get(nodeId)?.setLifecycle(id, "running");
    network.check();
  }

  toString(): string {
    return `ReviveEngine(${this.index})`;
  }
}
