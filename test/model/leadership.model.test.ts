// Who leads, against what a lease promises: nodes come and go, are cut off, the server is slow and loses its data.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inForm } from "../support/in-form.js";
import { AdvanceCommand } from "./leadership/advance-command.js";
import { CutCommand } from "./leadership/cut-command.js";
import { LeadershipModel, NODES, RealLeaders } from "./leadership/leadership-model.js";
import { LoseDataCommand } from "./leadership/lose-data-command.js";
import { StartCommand } from "./leadership/start-command.js";
import { StopCommand } from "./leadership/stop-command.js";

const node = fc.constantFrom(...NODES);
const time = fc.constantFrom(1, 100, 500, 1_900, 2_100, 4_000, 9_000);
const latency = fc.constantFrom(0, 20, 200, 600);

const commands = fc.commands(
  [
    node.map((nodeId) => new StartCommand(nodeId)),
    node.map((nodeId) => new StopCommand(nodeId)),
    fc.tuple(node, fc.boolean()).map(([nodeId, isCut]) => new CutCommand(nodeId, isCut)),
    fc.constant(new LoseDataCommand()),
    fc.tuple(time, latency).map(([ms, latencyMs]) => new AdvanceCommand(ms, latencyMs)),
    fc.tuple(time, latency).map(([ms, latencyMs]) => new AdvanceCommand(ms, latencyMs)),
  ],
  { size: "+1", maxCommands: 60 },
);

describe("the lease of a network", () => {
  it("has one leader at most, whose token grows, and one within three heartbeats where any node reaches the server", async () => {
    let led = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const model = new LeadershipModel();
        const real = new RealLeaders(model);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        led += real.everLed;
        model.cut.clear();
        model.running.clear();
        await real.stopAll();
        expect(real.leaders()).toEqual([]);
        await real.advance(10_000);
        expect(real.clock.pending).toBe(0);
      }),
      { numRuns: inForm({ short: 200, long: 1_000 }) },
    );
    expect(led).toBeGreaterThan(200);
  });
});
