// A Redis that comes back without what it had, or with it: readers are back by themselves, and nothing is lost or doubled.
import { expect, it } from "vitest";
import type { RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { codeOf } from "./support/error-code.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, messageOf, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const HELD = 200;

describeWith(REDIS, "the Redis bus when Redis is started anew", () => {
  const network = Network.ofTests();
  const openBoth = async ({ url }: RedisServer): Promise<readonly [RedisBus, RedisBus]> => {
    const limits = { heldMessages: HELD };
    return [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
  };

  for (const keepsData of [true, false]) {
    for (const at of [LOGIC, GPU]) {
      const how = keepsData ? "with its data" : "without its data";
      it(`${how}: delivers on ${at.channel} what was published before, meanwhile and after, once`, async () => {
        const server = await network.server({ keepsData });
        const [a, b] = await openBoth(server);
        const readers = [Ledger.read(b, at), Ledger.read(a, at)];
        await Promise.all([a.settled(), b.settled()]);
        const publisher = new Publisher(a, at, "p");
        publisher.publish(20);
        await publisher.allSettled();
        // Some of these are in flight when it dies.
        publisher.publish(20);
        await server.kill();
        publisher.publish(20);
        await until("the outage is noticed", () => a.stats().links?.[at.channel].connected === false);
        publisher.publish(20);
        await server.start();
        publisher.publish(20);
        await publisher.allSettled();
        publisher.publish(20);
        await publisher.allSettled();
        expect(publisher.outcomes).toEqual({ taken: 120 });
        for (const reader of readers) await reader.holdsAllOf(publisher);
        expect(b.stats().links?.[at.channel]).toMatchObject({ missing: 0, malformed: 0, trimmedUnread: 0 });
      });
    }
  }

  it("goes on with market data, whose readers see what is missing", async () => {
    const server = await network.server();
    const [a, b] = await openBoth(server);
    const reader = Ledger.read(b, MARKET);
    await b.settled();
    const publisher = new Publisher(a, MARKET, "p");
    publisher.publish(5);
    await reader.holds(publisher, 5);
    await server.kill();
    await until("it is noticed", () => [a, b].every((bus) => bus.stats().links?.marketData.connected === false));
    publisher.publish(5);
    await publisher.allSettled();
    await server.start();
    await until("it reads again", () => {
      publisher.publish();
      return reader.messages.some(({ sequence }) => sequence >= 10);
    });
    expect(a.stats().links?.marketData.trimmedUnread).toBeGreaterThanOrEqual(5);
    expect(b.stats().links?.marketData.missing).toBeGreaterThanOrEqual(1);
    const sequences = reader.sequencesOf(publisher);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((x, y) => x - y));
  });

  it("refuses what is published beyond the bound meanwhile, the least urgent first, and delivers the rest", async () => {
    const server = await network.server();
    const [a, b] = await openBoth(server);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    await server.kill();
    await until("it is noticed", () => a.stats().links?.engineLogic.connected === false);
    const low = new Publisher(a, LOGIC, "low");
    const critical = new Publisher(a, LOGIC, "critical");
    low.publish(HELD, { priority: "low" });
    critical.publish(HELD, { priority: "critical" });
    await until("the rest is refused", () => low.ends.size + critical.ends.size === HELD);
    expect(low.outcomes).toEqual({ OVERLOADED: HELD * 0.2 });
    expect(critical.outcomes).toEqual({ OVERLOADED: HELD * 0.8 });
    const refused = a.channel("engineLogic").publish(LOGIC.topic, messageOf("late", 0));
    await expect(refused).rejects.toThrow(
      /engineLogic .*200 messages .*Redis at redis:\/\/127\.0\.0\.1:\d+ is not reachable/,
    );
    await server.start();
    for (const publisher of [low, critical]) {
      await publisher.allSettled();
      await reader.holds(publisher, publisher.endedAs("taken").length);
      reader.expectExactly(publisher, publisher.endedAs("taken"));
    }
    await until("there is room again", async () => {
      const refusal = await a
        .channel("engineLogic")
        .publish(LOGIC.topic, messageOf("late", 1))
        ?.then(() => undefined, codeOf);
      return refusal === undefined;
    });
  });

  it(
    "has every reader get what was sent again, also one that comes back later than the others",
    { timeout: 40_000 },
    async () => {
      const server = await network.server();
      const late = await network.proxy(server);
      const [a, b] = await openBoth(server);
      const c = await network.open("c", { url: late.url });
      const readers = [Ledger.read(b, LOGIC), Ledger.read(c, LOGIC)];
      await Promise.all([b.settled(), c.settled()]);
      const publisher = new Publisher(a, LOGIC, "p");
      publisher.publish(5);
      await publisher.allSettled();
      late.refuses = true;
      await server.restart();
      await until("the first reader is back", () => isConnected(a) && isConnected(b));
      publisher.publish(5);
      await readers[0]?.holdsAllOf(publisher);
      // Time for the stream to be trimmed, had it been taken for read by all.
      const begin = performance.now();
      await until("it was looked after twice", () => performance.now() - begin > 2_500);
      late.heal();
      for (const reader of readers) await reader.holdsAllOf(publisher);
      await publisher.allSettled();
    },
  );

  it("knows that others read, though they changed as often before all data were deleted as after it", async () => {
    const { url } = await network.server();
    const ids = ["a", "b", "c", "d"];
    const [a, b, c, d] = await Promise.all(ids.map((id) => network.open(id, { url })));
    Ledger.read(b!, LOGIC);
    await b!.settled();
    const left = Ledger.read(c!, LOGIC);
    await c!.settled();
    left.subscription?.close();
    const publisher = new Publisher(a!, LOGIC, "p");
    for (let round = 0; round < 20; round += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await network.command({ url }, "FLUSHALL");
    // They say so to a server that counts anew.
    const [late, later] = [Ledger.read(c!, LOGIC), Ledger.read(d!, LOGIC)];
    await Promise.all([c!.settled(), d!.settled()]);
    const { count } = publisher;
    for (let round = 0; round < 50; round += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    const all = Array.from({ length: publisher.count - count }, (_, index) => count + index);
    for (const ledger of [late, later]) {
      await ledger.holds(publisher, all.length);
      ledger.expectExactly(publisher, all);
    }
  });

  it("is back after all data were deleted under its feet", async () => {
    const server = await network.server();
    const [a, b] = await openBoth(server);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(5);
    await publisher.allSettled();
    await network.command(server, "FLUSHALL");
    publisher.publish(5);
    await reader.holdsAllOf(publisher);
    await publisher.allSettled();
    expect(publisher.outcomes).toEqual({ taken: 10 });
  });
});

function isConnected(bus: RedisBus): boolean {
  return bus.stats().links?.engineLogic.connected === true;
}
