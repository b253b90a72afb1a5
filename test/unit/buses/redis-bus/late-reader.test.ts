// Readers that come and go while messages wait for others.
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { Gate } from "../../../contract/bus/bus-harness.js";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

describeWith(REDIS, "readers of the Redis bus that come and go", () => {
  const network = Network.ofTests();

  it("are not waited for where they come behind what went to the stream, and before it was asked who reads", async () => {
    const server = await network.server();
    const slowly = await network.proxy(server);
    slowly.latencyMs = 40;
    const a = await network.open("a", { url: slowly.url });
    const [b, c] = [await network.open("b", { url: server.url }), await network.open("c", { url: server.url })];
    Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    for (let round = 0; round < 6; round += 1) {
      publisher.publish();
      await publisher.allSettled();
      await wait(100);
    }
    publisher.publish();
    // The publisher is 40 ms away: what it pushed is in the stream after some 55, its question is answered after 120.
    await wait(80);
    const late = Ledger.read(c, LOGIC);
    await c.settled();
    await publisher.allSettled(5_000);
    expect(late.sequencesOf(publisher)).toEqual([]);
  });

  for (const at of [LOGIC, GPU]) {
    it(`are neither given nor waited for, on ${at.channel}, of what was published before they came`, async () => {
      const { url } = await network.server();
      const [a, b, c] = [
        await network.open("a", { url }),
        await network.open("b", { url }),
        await network.open("c", { url }),
      ];
      const gate = new Gate();
      b.channel(at.channel).subscribe(at.topic, () => gate.opened, { name: "slow", queue: 1 });
      await b.settled();
      const publisher = new Publisher(a, at, "p");
      publisher.publish(5);
      await until("some are taken", () => publisher.ends.size > 0);
      const late = Ledger.read(c, at);
      await c.settled();
      publisher.publish(5);
      await late.holds(publisher, 5);
      // Who reads is asked anew for what waits, twice a second.
      const begin = performance.now();
      await until("it was asked", () => performance.now() - begin > 1_200);
      gate.open();
      await publisher.allSettled(5_000);
      late.expectExactly(publisher, [5, 6, 7, 8, 9]);
      expect(publisher.outcomes).toEqual({ taken: 10 });
    });

    it(`are not waited for, on ${at.channel}, once they have left while Redis was away`, async () => {
      const server = await network.server({ keepsData: true });
      const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url })];
      const reader = Ledger.read(b, at);
      await b.settled();
      const publisher = new Publisher(a, at, "p");
      publisher.publish(5);
      await publisher.allSettled();
      await server.kill();
      await until("it is noticed", () => b.stats().links?.[at.channel].connected === false);
      reader.subscription?.close();
      publisher.publish(5);
      await server.start();
      await publisher.allSettled();
      publisher.publish(5);
      await publisher.allSettled(5_000);
      reader.expectExactly(publisher, [0, 1, 2, 3, 4]);
    });

    it(`say nothing of lost data, on ${at.channel}, when one of several topics is left`, async () => {
      const { url } = await network.server();
      const log = new LoggedLines();
      const [a, b] = [await network.open("a", { url }), await network.open("b", { url, log })];
      const other = { ...at, topic: `${at.topic}.other` };
      const [left, kept] = [Ledger.read(b, at), Ledger.read(b, other)];
      await b.settled();
      const publisher = new Publisher(a, other, "p");
      for (let round = 0; round < 5; round += 1) {
        publisher.publish(5);
        if (round === 2) left.subscription?.close();
        await publisher.allSettled();
      }
      await kept.holdsAllOf(publisher);
      expect(log.lines).toEqual([]);
    });
  }
});
