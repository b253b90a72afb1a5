// A subscription of the memory bus against a model of it: the same commands, everything that can be seen compared after each.
import fc from "fast-check";
import { describe, it } from "vitest";
import { CHANNEL_NAMES } from "../../../src/contracts/channel.js";
import { PRIORITIES } from "../../../src/contracts/priority.js";
import { CloseCommand } from "./subscription-model/close-command.js";
import { ObservedSubscription } from "./subscription-model/observed-subscription.js";
import { PublishCommand } from "./subscription-model/publish-command.js";
import { RepublishCommand } from "./subscription-model/republish-command.js";
import { SettleCommand } from "./subscription-model/settle-command.js";
import { StopCommand } from "./subscription-model/stop-command.js";
import { type Outcome, type Script, SubscriptionModel } from "./subscription-model/subscription-model.js";

const outcome = fc.constantFrom<Outcome[]>("later", "later", "succeeds", "throws");

const scriptFields = {
  subject: fc.constantFrom("A", "B", undefined),
  priority: fc.constantFrom(...PRIORITIES),
  outcomes: fc.tuple(outcome, outcome, outcome),
};

const script: fc.Arbitrary<Script> = fc.record({
  ...scriptFields,
  nested: fc.option(fc.record({ ...scriptFields, nested: fc.option(fc.record(scriptFields), { nil: undefined }) }), {
    nil: undefined,
    freq: 3,
  }),
});

/** Weighed by repetition: mostly traffic, an end now and then. */
const commands = fc.commands(
  [
    script.map((given) => new PublishCommand(given)),
    script.map((given) => new PublishCommand(given)),
    script.map((given) => new PublishCommand(given)),
    fc.nat(20).map((choice) => new RepublishCommand(choice)),
    fc.constantFrom("succeeds" as const, "throws" as const).map((given) => new SettleCommand(given)),
    fc.constantFrom("succeeds" as const, "throws" as const).map((given) => new SettleCommand(given)),
    fc.oneof(
      { weight: 8, arbitrary: script.map((given) => new PublishCommand(given)) },
      { weight: 1, arbitrary: fc.constant(new CloseCommand()) },
      { weight: 1, arbitrary: fc.constant(new StopCommand()) },
    ),
  ],
  { size: "+1", maxCommands: 60 },
);

describe("Subscription", () => {
  for (const channel of CHANNEL_NAMES) {
    for (const whenSlow of channel === "marketData" ? (["conflate", "drop"] as const) : (["conflate"] as const)) {
      const title = channel === "marketData" ? `${channel} (${whenSlow})` : channel;
      it(`behaves on ${title} as its model does`, async () => {
        const setting = fc.record({
          channel: fc.constant(channel),
          whenSlow: fc.constant(whenSlow),
          queue: fc.integer({ min: 1, max: 3 }),
          waiters: fc.integer({ min: 1, max: 3 }),
        });
        await fc.assert(
          fc.asyncProperty(setting, commands, async (given, sequence) => {
            const setup = (): { model: SubscriptionModel; real: ObservedSubscription } => ({
              model: new SubscriptionModel(given),
              real: new ObservedSubscription(given),
            });
            await fc.asyncModelRun(setup, sequence);
          }),
          { numRuns: 200 },
        );
      });
    }
  }
});
