import type { AsyncCommand } from "fast-check";
import type { BreakerModel, RealBreaker } from "./breaker-model.js";

/** The oldest trial ends, maybe in a later half-open period than it began in; without a success, its caller gave up. */
export class EndTrialCommand implements AsyncCommand<BreakerModel, RealBreaker> {
  constructor(readonly success: boolean | undefined) {}

  check({ out }: BreakerModel): boolean {
    return out.length > 0;
  }

  async run(model: BreakerModel, real: RealBreaker): Promise<void> {
    model.endTrial(this.success);
    real.gate.trialEnded(real.out.shift() ?? -1, this.success);
    real.expectAs(model);
  }

  toString(): string {
    return `EndTrial(${this.success ?? "given up"})`;
  }
}
