import type { AsyncCommand } from "fast-check";
import type { BreakerModel, RealBreaker } from "./breaker-model.js";

export class BeginTrialCommand implements AsyncCommand<BreakerModel, RealBreaker> {
  check({ permits }: BreakerModel): boolean {
    return permits > 0;
  }

  async run(model: BreakerModel, real: RealBreaker): Promise<void> {
    model.beginTrial();
    real.out.push(real.gate.beginTrial());
    real.expectAs(model);
  }

  toString(): string {
    return "BeginTrial";
  }
}
