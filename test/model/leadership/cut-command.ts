import type { AsyncCommand } from "fast-check";
import type { LeadershipModel, NodeId, RealLeaders } from "./leadership-model.js";

/** The server cannot be reached from the node, or can be again. */
export class CutCommand implements AsyncCommand<LeadershipModel, RealLeaders> {
  constructor(
    readonly nodeId: NodeId,
    readonly isCut: boolean,
  ) {}

  check({ cut }: LeadershipModel): boolean {
    return cut.has(this.nodeId) !== this.isCut;
  }

  async run(model: LeadershipModel, real: RealLeaders): Promise<void> {
    if (this.isCut) model.cut.add(this.nodeId);
    else model.cut.delete(this.nodeId);
    model.disturbedMs = real.clock.nowMs();
    real.check();
  }

  toString(): string {
    return `${this.isCut ? "Cut" : "Heal"}(${this.nodeId})`;
  }
}
