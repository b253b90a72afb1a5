import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class AssessCommand implements AsyncCommand<HostModel, ObservedHost> {
  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    // Health moves within running: the lifecycle stays.
    real.test.host.assess();
    await real.expectAs(model);
  }

  toString(): string {
    return "Assess";
  }
}
