import type { AsyncCommand } from "fast-check";
import type { HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class CrashCommand implements AsyncCommand<HostModel, ObservedHost> {
  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.crash();
    real.test.host.crash("told to");
    await real.expectAs(model);
  }

  toString(): string {
    return "Crash";
  }
}
