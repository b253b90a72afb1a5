// An engine host against a model of it: the same commands, everything that can be seen compared after each.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inForm } from "../support/in-form.js";
import { AdvanceCommand } from "./engine-host/advance-command.js";
import { AssessCommand } from "./engine-host/assess-command.js";
import { CallCommand } from "./engine-host/call-command.js";
import { CrashCommand } from "./engine-host/crash-command.js";
import { DrainCommand } from "./engine-host/drain-command.js";
import { FinishCommand } from "./engine-host/finish-command.js";
import { GiveUpCommand } from "./engine-host/give-up-command.js";
import { HostModel, type Kind } from "./engine-host/host-model.js";
import { ObservedHost } from "./engine-host/observed-host.js";
import { RestartCommand } from "./engine-host/restart-command.js";
import { StartCommand } from "./engine-host/start-command.js";
import { StopCommand } from "./engine-host/stop-command.js";

const call = fc.constantFrom<Kind[]>("instant", "held", "held", "throws").map((kind) => new CallCommand(kind));

/** Weighed by repetition: mostly traffic on a running instance. */
const commands = fc.commands(
  [
    call,
    call,
    call,
    call,
    fc.nat(9).map((choice) => new FinishCommand(choice)),
    fc.nat(9).map((choice) => new GiveUpCommand(choice)),
    fc.constantFrom(10, 100, 1_000, 4_000).map((ms) => new AdvanceCommand(ms)),
    fc.constant(new StartCommand()),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(new CrashCommand()) },
      { weight: 2, arbitrary: fc.constant(new RestartCommand()) },
      { weight: 1, arbitrary: fc.constant(new StopCommand()) },
      { weight: 2, arbitrary: fc.constant(new DrainCommand()) },
      { weight: 2, arbitrary: fc.constant(new AssessCommand()) },
    ),
  ],
  { size: "+1", maxCommands: 60 },
);

describe("EngineHost", () => {
  it("behaves as its model does, and ends every call and every life exactly once", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        let last: ObservedHost | undefined;
        await fc.asyncModelRun(() => {
          last = new ObservedHost();
          return { model: new HostModel(), real: last };
        }, [new StartCommand(), ...sequence]);
        last?.test.host.close();
        await last?.test.clock.advance(60_000);
        expect(last?.test.host.load).toEqual({ active: 0, queued: 0 });
        expect(last?.lives.every(({ started, stopped }) => started === 1 && stopped === 1)).toBe(true);
        expect(last?.test.clock.pending).toBe(0);
      }),
      { numRuns: inForm({ short: 300, long: 1_000 }) },
    );
  });
});
