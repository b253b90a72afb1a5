import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

/** For the first time, after a leave, or anew after a crash: as a later incarnation each time. */
export class JoinCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(readonly nodeId: string) {}

  check(model: NetworkModel): boolean {
    return !model.running.has(this.nodeId);
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    real.start(this.nodeId, model.start(this.nodeId));
    real.expectSound(model);
  }

  toString(): string {
    return `Join(${this.nodeId})`;
  }
}
