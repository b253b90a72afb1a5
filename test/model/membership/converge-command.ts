import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class ConvergeCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  check(): boolean {
    return true;
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    await real.expectConverged(model);
    real.expectSound(model);
  }

  toString(): string {
    return "Converge";
  }
}
