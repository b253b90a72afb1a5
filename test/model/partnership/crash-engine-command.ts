import type { AsyncCommand } from "fast-check";
import type { PartnershipModel } from "./partnership-model.js";
import type { PartnershipNetwork } from "./partnership-network.js";

/** An instance goes down: its agreements on its own node are suspended at once. */
export class CrashEngineCommand implements AsyncCommand<PartnershipModel, PartnershipNetwork> {
  constructor(readonly index: number) {}

  check({ instances, down }: Readonly<PartnershipModel>): boolean {
    return !down.has(instances[this.index % instances.length]!.id);
  }

  async run(model: PartnershipModel, network: PartnershipNetwork): Promise<void> {
    const { id, nodeId } = model.instances[this.index % model.instances.length]!;
    model.down.add(id);
    const node = network.nodes.get(nodeId);
    node?.setLifecycle(id, "faulted");
    for (const entry of node?.desk.book.of(id) ?? []) {
      if (entry.agreement.phase === "active" || entry.agreement.phase === "trial") {
        throw new Error(`${entry.pair} is ${entry.agreement.phase} though ${id} is down`);
      }
    }
    network.check();
  }

  toString(): string {
    return `CrashEngine(${this.index})`;
  }
}
