import type { AsyncCommand } from "fast-check";
import type { NetworkModel, RealNetwork } from "./network-model.js";

/** Its event loop does not turn for a while; its pulse goes on. */
export class BlockCommand implements AsyncCommand<NetworkModel, RealNetwork> {
  constructor(
    readonly nodeId: string,
    readonly ms: number,
  ) {}

  check(model: NetworkModel): boolean {
    return model.isFree(this.nodeId);
  }

  async run(model: NetworkModel, real: RealNetwork): Promise<void> {
    const node = model.running.get(this.nodeId);
    if (node === undefined) return;
    node.blockedFromMs = model.nowMs;
    node.blockedUntilMs = model.nowMs + this.ms;
    real.network.node(this.nodeId).loop.block(this.ms);
    real.expectSound(model);
  }

  toString(): string {
    return `Block(${this.nodeId}, ${this.ms})`;
  }
}
