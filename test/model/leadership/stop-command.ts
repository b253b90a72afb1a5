import type { AsyncCommand } from "fast-check";
import type { LeadershipModel, NodeId, RealLeaders } from "./leadership-model.js";

export class StopCommand implements AsyncCommand<LeadershipModel, RealLeaders> {
  constructor(readonly nodeId: NodeId) {}

  check({ running }: LeadershipModel): boolean {
    return running.has(this.nodeId);
  }

  async run(model: LeadershipModel, real: RealLeaders): Promise<void> {
    model.running.delete(this.nodeId);
    model.disturbedMs = real.clock.nowMs();
    await real.stop(this.nodeId);
  }

  toString(): string {
    return `Stop(${this.nodeId})`;
  }
}
