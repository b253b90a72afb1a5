import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class StopCommand implements AsyncCommand<HostModel, ObservedHost> {
  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.stop();
    real.test.host.stop();
    await real.expectAs(model);
  }

  toString(): string {
    return "Stop";
  }
}
