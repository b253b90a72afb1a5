import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class CrashCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(readonly nodeId: string) {}

  check(model: NetworkModel): boolean {
    return model.running.has(this.nodeId);
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    model.stop(this.nodeId, "crashed");
    real.network.crash(this.nodeId);
    real.expectSound(model);
  }

  toString(): string {
    return `Crash(${this.nodeId})`;
  }
}
