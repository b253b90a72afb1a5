// A breaker against a model of it: calls that end whenever they like, trials that outlive their period, callers that give up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inForm } from "../support/in-form.js";
import { AdvanceCommand } from "./breaker/advance-command.js";
import { BeginTrialCommand } from "./breaker/begin-trial-command.js";
import { BreakerModel, RealBreaker } from "./breaker/breaker-model.js";
import { CallCommand } from "./breaker/call-command.js";
import { EndTrialCommand } from "./breaker/end-trial-command.js";

/** Weighed by repetition: mostly failures, or it would hardly ever open. */
const commands = fc.commands(
  [
    fc.constantFrom(false, false, false, false, true).map((success) => new CallCommand(success)),
    fc.constantFrom(false, false, false, false, true).map((success) => new CallCommand(success)),
    fc.constant(new BeginTrialCommand()),
    fc.constant(new BeginTrialCommand()),
    fc.constantFrom(true, true, false, undefined).map((success) => new EndTrialCommand(success)),
    fc.constantFrom(1, 400, 1_000, 2_000, 8_000, 31_000, 61_000).map((ms) => new AdvanceCommand(ms)),
  ],
  { size: "+1", maxCommands: 80 },
);

describe("a breaker", () => {
  it("behaves as its model does, whatever ends when", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const real = new RealBreaker();
        const model = new BreakerModel();
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        seen.add(model.mode);
        real.gate.dispose();
        expect(real.clock.pending).toBe(0);
      }),
      { numRuns: inForm({ short: 500, long: 2_500 }) },
    );
    expect([...seen].sort()).toEqual(["closed", "half_open", "open"]);
  });
});
