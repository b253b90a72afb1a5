import type { AsyncCommand } from "fast-check";
import { expect } from "vitest";
import { POLICY, type HostModel } from "./host-model.js";
import type { ObservedHost } from "./observed-host.js";

/** Time passes. How long a fault lasts is the policy's choice; that it ends by itself, neither too early nor too late, is not. */
export class AdvanceCommand implements AsyncCommand<HostModel, ObservedHost> {
  constructor(readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(model: HostModel, real: ObservedHost): Promise<void> {
    model.advance(this.ms);
    await real.advance(this.ms);
    if (model.lifecycle === "faulted") {
      const downMs = model.nowMs - model.faultedMs;
      if (real.lifecycle === "running") {
        expect(downMs).toBeGreaterThanOrEqual(POLICY.backoffMs);
        model.revive();
      } else expect(downMs).toBeLessThan(POLICY.windowMs);
    }
    await real.expectAs(model);
  }

  toString(): string {
    return `Advance(${this.ms})`;
  }
}
