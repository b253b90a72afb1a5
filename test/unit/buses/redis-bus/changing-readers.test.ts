// Subscriptions that end in the middle of something: before they are in force, and within a handler.
import { expect, it } from "vitest";
import type { Subscription } from "../../../../src/contracts/bus.js";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { Ledger, LOGIC, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const STREAM = `faults:engineLogic:log:${LOGIC.topic}`;
const READERS = `faults:engineLogic:readers:${LOGIC.topic}`;

describeWith(REDIS, "subscriptions to the Redis bus that end at once", () => {
  const network = Network.ofTests();

  it("leave no reader behind that publishers would wait for", async () => {
    const server = await network.server();
    const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url })];
    for (let count = 0; count < 20; count += 1) Ledger.read(b, LOGIC).subscription?.close();
    await b.settled();
    await until("nobody is said to read", async () => {
      return ((await network.command(server, "HKEYS", READERS)) as unknown[]).length === 0;
    });
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(3);
    await publisher.allSettled(5_000);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    publisher.publish(3);
    await publisher.allSettled(5_000);
    reader.expectExactly(publisher, [3, 4, 5]);
  });

  it("leave no entry unacknowledged where others read on", async () => {
    const server = await network.server();
    const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url })];
    const leaving: Subscription = b.channel(LOGIC.channel).subscribe(
      LOGIC.topic,
      () => {
        leaving.close();
      },
      { name: "leaving" },
    );
    const staying = Ledger.read(b, LOGIC);
    const joined: Ledger[] = [];
    const once = b.channel(LOGIC.channel).subscribe(
      LOGIC.topic,
      () => {
        if (joined.length === 0) joined.push(Ledger.read(b, LOGIC));
      },
      { name: "once" },
    );
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(10);
    await publisher.allSettled();
    await staying.holdsAllOf(publisher);
    await until("all is acknowledged", async () => {
      const [pending] = (await network.command(server, "XPENDING", STREAM, "b")) as [number];
      return pending === 0;
    });
    once.close();
    expect(joined).toHaveLength(1);
  });

  it("keep what did not take effect for the next start of their node, where that is stopped in order", async () => {
    const { url } = await network.server();
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const begun: number[] = [];
    b.channel(LOGIC.channel).subscribe(
      LOGIC.topic,
      ({ sequence }) => {
        begun.push(sequence);
        return sequence < 3 ? undefined : new Promise(() => undefined);
      },
      { name: "stuck" },
    );
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(10);
    await publisher.allSettled();
    await until("it is stuck", () => begun.length === 4);
    await b.stop();
    const again = await network.open("b", { url, incarnation: "2" });
    const reader = Ledger.read(again, LOGIC);
    await again.settled();
    await reader.holds(publisher, 7);
    // All of the entry: it is acknowledged as a whole.
    expect(reader.sequencesOf(publisher).slice(-7)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });
});
