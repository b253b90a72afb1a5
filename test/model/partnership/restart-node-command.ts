import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** A process is killed and started anew, and remembers nothing; its clock may be set back. */
export class RestartNodeCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(
    readonly index: number,
    readonly setBack: number,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    const node = network.all[this.index % network.all.length]!;
    for (const { id, nodeId } of model.instances) if (nodeId === node.nodeId) model.down.delete(id);
    node.restart(-this.setBack);
    network.check();
  }

  toString(): string {
    return `RestartNode(${this.index}, ${this.setBack})`;
  }
}
