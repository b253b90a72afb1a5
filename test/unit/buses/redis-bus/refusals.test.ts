// What a reader refuses is told to its publisher as refused, whatever else is told at the same time.
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { Gate } from "../../../contract/bus/bus-harness.js";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { Ledger, LOGIC, Publisher } from "./support/numbered.js";

const BACK = { channel: "engineLogic", topic: "faults.back" } as const;
const ROUNDS = 30;

describeWith(REDIS, "what a reader refuses", () => {
  const network = Network.ofTests();

  it("is not told as taken, along with what goes the other way", async () => {
    const { url } = await network.server();
    const a = await network.open("a", { url });
    const b = await network.open("b", { url, limits: { waiters: 1 } });
    Ledger.read(a, BACK);
    const handled: number[] = [];
    let gate: Gate | undefined;
    const handle = async ({ sequence }: { readonly sequence: number }): Promise<void> => {
      handled.push(sequence);
      await gate?.opened;
    };
    b.channel("engineLogic").subscribe(LOGIC.topic, handle, { name: "slow", queue: 1 });
    await Promise.all([a.settled(), b.settled()]);
    const [publisher, back] = [new Publisher(a, LOGIC, "p"), new Publisher(b, BACK, "q")];
    const flow = async (turns: number): Promise<void> => {
      for (let left = turns; left > 0; left -= 1) {
        back.publish();
        await turn();
      }
    };
    for (let round = 0; round < 10; round += 1) {
      publisher.publish();
      await flow(1);
      await Promise.all([publisher.allSettled(), back.allSettled()]);
      await wait(20);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      gate = new Gate();
      // One is handled, one is queued, one waits, one is refused; and the effects end a moment after that.
      const before = handled.length;
      publisher.publish(4);
      while (handled.length === before) await flow(1);
      await flow(round % 8);
      gate.open();
      await flow(30);
      await publisher.allSettled();
      await wait(20);
    }
    const taken = publisher.endedAs("taken");
    expect(taken.filter((sequence) => !handled.includes(sequence))).toEqual([]);
    expect(publisher.outcomes["OVERLOADED"]).toBeGreaterThan(0);
  });
});
