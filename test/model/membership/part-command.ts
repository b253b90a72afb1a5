import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class PartCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(readonly side: ReadonlySet<string>) {}

  check(model: NetworkModel): boolean {
    return model.side.size === 0;
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    model.part(this.side);
    real.network.part((nodeId) => this.side.has(nodeId));
    real.expectSound(model);
  }

  toString(): string {
    return `Part(${[...this.side].join(" ")})`;
  }
}
