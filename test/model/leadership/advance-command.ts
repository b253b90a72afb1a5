import type { AsyncCommand } from "fast-check";
import type { LeadershipModel, RealLeaders } from "./leadership-model.js";

/** Time passes, with the server that far away. */
export class AdvanceCommand implements AsyncCommand<LeadershipModel, RealLeaders> {
  constructor(
    readonly ms: number,
    readonly latencyMs: number,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: LeadershipModel, real: RealLeaders): Promise<void> {
    if (this.latencyMs !== real.latencyMs) model.disturbedMs = real.clock.nowMs();
    real.latencyMs = this.latencyMs;
    await real.advance(this.ms);
  }

  toString(): string {
    return `Advance(${this.ms}, latency ${this.latencyMs})`;
  }
}
