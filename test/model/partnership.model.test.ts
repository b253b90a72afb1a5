// Partnerships between the engines of three nodes against a model of them: over a channel that loses, doubles and delays, with
// engines and nodes that go and come back, and providers that turn bad, both sides always end at the same agreements.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inForm } from "../support/in-form.js";
import { AdvanceCommand } from "./partnership/advance-command.js";
import { CrashEngineCommand } from "./partnership/crash-engine-command.js";
import { DisturbCommand } from "./partnership/disturb-command.js";
import { PartCommand } from "./partnership/part-command.js";
import { PartnershipModel } from "./partnership/partnership-model.js";
import { PartnershipNetwork, type EngineKind } from "./partnership/partnership-network.js";
import { RestartNodeCommand } from "./partnership/restart-node-command.js";
import { ReviveEngineCommand } from "./partnership/revive-engine-command.js";
import { ServeCommand } from "./partnership/serve-command.js";
import { TurnCommand } from "./partnership/turn-command.js";

type Command = fc.AsyncCommand<PartnershipModel, PartnershipNetwork>;

const source = (engineId: string, partners: number): EngineKind => ({ engineId, needs: [], gives: ["a@1"], partners });
const middle = (engineId: string): EngineKind => ({ engineId, needs: ["a@1"], gives: ["b@1"], partners: 8 });
const sink = (engineId: string): EngineKind => ({ engineId, needs: ["a@1", "b@1"], gives: [], partners: 8 });

const HOSTING = {
  north: [source("S1", 2), middle("M1"), sink("K1")],
  east: [source("S2", 3), middle("M2"), sink("K2")],
  west: [source("S3", 1), sink("K3")],
};
const INSTANCES = 8;

const instance = fc.nat(INSTANCES - 1);
const node = fc.nat(2);
const moves = [
  fc.constantFrom(150, 1000, 5000, 20_000).map((ms) => new AdvanceCommand(ms)),
  fc.integer({ min: 1, max: 6 }).map((windows) => new ServeCommand(windows)),
  fc.integer({ min: 4, max: 8 }).map((windows) => new ServeCommand(windows)),
  instance.map((index) => new TurnCommand(index)),
  instance.map((index) => new CrashEngineCommand(index)),
  instance.map((index) => new ReviveEngineCommand(index)),
  fc.tuple(node, fc.constantFrom(0, 0, 3)).map(([index, setBack]) => new RestartNodeCommand(index, setBack)),
  node.map((index) => new PartCommand(index)),
  fc
    .tuple(fc.constantFrom(0, 0.1, 0.5, 1), fc.constantFrom(0, 0.3))
    .map(([loss, double]) => new DisturbCommand(loss, double)),
];
const ODDS = { size: "+1", maxCommands: 40 } as const;
const commands = fc.commands(moves, ODDS);

/** A provider that heard of a resumed agreement only by what came after it took more consumers than it had places for. */
const overtakenResume = [
  new TurnCommand(3),
  new ServeCommand(5),
  new RestartNodeCommand(2, 0),
  new ServeCommand(5),
  new CrashEngineCommand(3),
  new ServeCommand(3),
];
/** A provider comes close, turns bad for a while and is good again. */
const wholeLife = [
  new ServeCommand(8),
  new TurnCommand(0),
  new ServeCommand(4),
  new TurnCommand(0),
  new ServeCommand(4),
  new CrashEngineCommand(0),
  new AdvanceCommand(1000),
  new ReviveEngineCommand(0),
];
const RUNS = inForm({ short: 25, long: 60 });
/** Tried first, whatever else is drawn. */
const EXAMPLES: [Iterable<Command>, number][] = [
  [overtakenResume, 679270297],
  [wholeLife, 1],
];

function calmDown(model: PartnershipModel, network: PartnershipNetwork): void {
  network.lossRate = 0;
  network.doubleRate = 0;
  network.bad.clear();
  for (const { nodeId } of network.all) if (model.parted.delete(nodeId)) network.heal(nodeId);
  for (const { id, nodeId } of model.instances) {
    if (model.down.delete(id)) network.nodes.get(nodeId)?.setLifecycle(id, "running");
  }
}

/** Runs it, lets the network recover, and looks at what came of it. */
async function play(network: PartnershipNetwork, sequence: Iterable<Command>): Promise<void> {
  const model = new PartnershipModel(HOSTING);
  await fc.asyncModelRun(() => ({ model, real: network }), sequence);
  calmDown(model, network);
  await network.checkAgreement();
  await new ServeCommand(3).run(model, network);
  // Long enough for every quiet time after a refusal or a failure, and for all turns of those who wait.
  await network.clock.advance(400_000);
  network.check();
  await network.checkAgreement();
  model.expectFormed(network);
  network.close();
  await network.clock.advance(60_000);
  expect(network.clock.pending).toBe(0);
}

describe("partnerships", () => {
  it("come to the same agreements on both sides, whatever happens on the way", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(commands, fc.nat(), async (sequence, seed) => {
        const network = new PartnershipNetwork(HOSTING, seed);
        await play(network, sequence);
        for (const verb of network.seen) seen.add(verb);
      }),
      { numRuns: RUNS, examples: EXAMPLES },
    );
    const verbs = [
      "propose",
      "accept",
      "reject",
      "confirm",
      "strain",
      "relieve",
      "promote",
      "demote",
      "suspend",
      "resume",
    ];
    expect([...seen].sort()).toEqual(expect.arrayContaining([...verbs, "dissolve"].sort()));
  }, 300_000);
});
