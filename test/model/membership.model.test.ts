// Memberships against a model of who is there: nodes come, go, crash, change and stall, on a network that loses and is parted.
import fc from "fast-check";
import { describe, it } from "vitest";
import { inForm } from "../support/in-form.js";
import { AdvanceCommand } from "./membership/advance-command.js";
import { BlockCommand } from "./membership/block-command.js";
import { ChangeCommand } from "./membership/change-command.js";
import { ConvergeCommand } from "./membership/converge-command.js";
import { CrashCommand } from "./membership/crash-command.js";
import { DisturbCommand } from "./membership/disturb-command.js";
import { HealCommand } from "./membership/heal-command.js";
import { JoinCommand } from "./membership/join-command.js";
import { LeaveCommand } from "./membership/leave-command.js";
import { NetworkModel, RealNetwork } from "./membership/network-model.js";
import { PartCommand } from "./membership/part-command.js";

function commandsOf(ids: readonly string[], maxCommands: number) {
  const nodeId = fc.constantFrom(...ids);
  const engines = fc.subarray(["E", "F", "G"], { minLength: 1 });
  const side = fc.subarray([...ids], { minLength: 1, maxLength: ids.length - 1 });
  const advance = fc.constantFrom(10, 300, 1_000, 2_000, 4_000).map((ms) => new AdvanceCommand(ms));
  return fc.commands(
    [
      nodeId.map((id) => new JoinCommand(id)),
      nodeId.map((id) => new JoinCommand(id)),
      nodeId.map((id) => new LeaveCommand(id)),
      nodeId.map((id) => new CrashCommand(id)),
      fc.tuple(nodeId, engines).map(([id, given]) => new ChangeCommand(id, given)),
      fc.tuple(nodeId, fc.constantFrom(1_500, 5_000)).map(([id, ms]) => new BlockCommand(id, ms)),
      side.map((given) => new PartCommand(new Set(given))),
      fc.constant(new HealCommand()),
      fc.constant(new DisturbCommand()),
      fc.constant(new ConvergeCommand()),
      advance,
      advance,
      advance,
    ],
    { size: "+1", maxCommands },
  );
}

interface Case {
  readonly ids: readonly string[];
  readonly startAll: boolean;
  readonly maxCommands: number;
  readonly numRuns: number;
  /** Tried first, whatever else is drawn. */
  readonly examples?: [Iterable<fc.AsyncCommand<NetworkModel, RealNetwork>>][];
}

/** A node that crashed comes back and leaves while another, which is blocked, has heard of none of it. */
const unheardReturn = [
  new JoinCommand("c"),
  new JoinCommand("d"),
  new CrashCommand("c"),
  new BlockCommand("d", 1500),
  new JoinCommand("c"),
  new LeaveCommand("c"),
  new AdvanceCommand(10),
];

async function check({ ids, startAll, maxCommands, numRuns, examples = [] }: Case): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commandsOf(ids, maxCommands), async (sequence) => {
      const real = new RealNetwork();
      const model = new NetworkModel();
      if (startAll) for (const id of ids) real.start(id, model.start(id));
      await fc.asyncModelRun(() => ({ model, real }), sequence);
      await real.expectConverged(model);
      real.network.stop();
    }),
    { numRuns, examples },
  );
}

describe("Membership", () => {
  it("believes what its model does, whoever comes and goes and whatever is lost", async () => {
    await check({
      ids: ["a", "b", "c", "d"],
      startAll: false,
      maxCommands: 40,
      numRuns: inForm({ short: 60, long: 300 }),
      examples: [[unheardReturn]],
    });
  }, 180_000);

  it("believes it too where each node beats to some others only", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    await check({ ids, startAll: true, maxCommands: 20, numRuns: inForm({ short: 8, long: 40 }) });
  }, 180_000);
});
