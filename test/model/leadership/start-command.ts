import type { AsyncCommand } from "fast-check";
import type { LeadershipModel, NodeId, RealLeaders } from "./leadership-model.js";

export class StartCommand implements AsyncCommand<LeadershipModel, RealLeaders> {
  constructor(readonly nodeId: NodeId) {}

  check({ running }: LeadershipModel): boolean {
    return !running.has(this.nodeId);
  }

  async run(model: LeadershipModel, real: RealLeaders): Promise<void> {
    model.running.add(this.nodeId);
    model.disturbedMs = real.clock.nowMs();
    real.start(this.nodeId);
    real.check();
  }

  toString(): string {
    return `Start(${this.nodeId})`;
  }
}
