import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class RestartCommand implements AsyncCommand<HostModel, ObservedHost> {
  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.restart();
    real.test.host.restart();
    await real.expectAs(model);
  }

  toString(): string {
    return "Restart";
  }
}
