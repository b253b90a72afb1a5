import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

/** Nobody waits for one of the waiting calls any more. */
export class GiveUpCommand implements AsyncCommand<HostModel, ObservedHost> {
  constructor(readonly choice: number) {}

  check(model: HostModel): boolean {
    return model.waiting.length > 0;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    const call = model.waiting[this.choice % model.waiting.length] as number;
    model.giveUp(call);
    real.giveUp(call);
    await real.expectAs(model);
  }

  toString(): string {
    return `GiveUp(${this.choice})`;
  }
}
