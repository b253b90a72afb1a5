import type { AsyncCommand } from "fast-check";
import type { LeadershipModel, RealLeaders } from "./leadership-model.js";

export class LoseDataCommand implements AsyncCommand<LeadershipModel, RealLeaders> {
  check(): boolean {
    return true;
  }

  async run(model: LeadershipModel, real: RealLeaders): Promise<void> {
    model.disturbedMs = real.clock.nowMs();
    real.server.loseData(real.clock.nowMs());
    real.check();
  }

  toString(): string {
    return "LoseData";
  }
}
