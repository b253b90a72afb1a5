import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

/** Messages begin to be lost, late and repeated, or cease to be. */
export class DisturbCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  check(): boolean {
    return true;
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    model.disturb(!model.isLossy);
    real.disturb(model.isLossy);
    real.expectSound(model);
  }

  toString(): string {
    return "Disturb";
  }
}
