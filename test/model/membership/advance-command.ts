import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

export class AdvanceCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    await real.advance(model, this.ms);
    real.expectSound(model);
  }

  toString(): string {
    return `Advance(${this.ms})`;
  }
}
