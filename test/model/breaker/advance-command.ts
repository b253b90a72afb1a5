import type { AsyncCommand } from "fast-check";
import type { BreakerModel, RealBreaker } from "./breaker-model.js";

export class AdvanceCommand implements AsyncCommand<BreakerModel, RealBreaker> {
  constructor(readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(model: BreakerModel, real: RealBreaker): Promise<void> {
    model.advance(this.ms);
    await real.clock.advance(this.ms);
    real.expectAs(model);
  }

  toString(): string {
    return `Advance(${this.ms})`;
  }
}
