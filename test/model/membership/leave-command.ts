import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class LeaveCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(readonly nodeId: string) {}

  check(model: NetworkModel): boolean {
    return model.isFree(this.nodeId);
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    model.stop(this.nodeId, "left");
    real.network.leave(this.nodeId);
    real.expectSound(model);
  }

  toString(): string {
    return `Leave(${this.nodeId})`;
  }
}
