import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class HealCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  check(model: NetworkModel): boolean {
    return model.side.size > 0;
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    model.part(new Set());
    real.network.heal();
    real.expectSound(model);
  }

  toString(): string {
    return "Heal";
  }
}
