import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

/** One of the running operations comes to its end. */
export class FinishCommand implements AsyncCommand<HostModel, ObservedHost> {
  constructor(readonly choice: number) {}

  check(model: HostModel): boolean {
    return model.running.length > 0;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    const call = model.running[this.choice % model.running.length] as number;
    model.finish(call);
    real.finish(call);
    await real.expectAs(model);
  }

  toString(): string {
    return `Finish(${this.choice})`;
  }
}
