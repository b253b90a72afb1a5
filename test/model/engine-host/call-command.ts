import type { AsyncCommand } from "fast-check";
import type { HostModel, Kind } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

export class CallCommand implements AsyncCommand<HostModel, ObservedHost> {
  constructor(readonly kind: Kind) {}

  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.call(this.kind);
    real.send(this.kind);
    await real.expectAs(model);
  }

  toString(): string {
    return `Call(${this.kind})`;
  }
}
