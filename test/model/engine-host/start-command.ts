import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class StartCommand implements AsyncCommand<HostModel, ObservedHost> {
  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.start();
    real.test.host.start();
    await real.expectAs(model);
  }

  toString(): string {
    return "Start";
  }
}
