import type { AsyncCommand } from "fast-check";
import type { BreakerModel, RealBreaker } from "./breaker-model.js";

/** A call ends: also one that was sent before the breaker opened. */
export class CallCommand implements AsyncCommand<BreakerModel, RealBreaker> {
  constructor(readonly success: boolean) {}

  check(): boolean {
    return true;
  }

  async run(model: BreakerModel, real: RealBreaker): Promise<void> {
    model.call(this.success);
    real.call(this.success);
    real.expectAs(model);
  }

  toString(): string {
    return this.success ? "Answer" : "Fail";
  }
}
