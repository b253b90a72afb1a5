import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class ChangeCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(
    readonly nodeId: string,
    readonly engines: readonly string[],
  ) {}

  check(model: NetworkModel): boolean {
    return model.isFree(this.nodeId);
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    const node = model.running.get(this.nodeId);
    if (node !== undefined) node.engines = this.engines;
    real.network.node(this.nodeId).engines = this.engines;
    real.network.node(this.nodeId).membership.touch();
    real.expectSound(model);
  }

  toString(): string {
    return `Change(${this.nodeId}, ${this.engines.join(" ")})`;
  }
}
