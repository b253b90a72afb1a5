// A Redis that comes back with what it had, or without it: readers are back by themselves, and nothing is lost or doubled.
import { expect, it } from "vitest";
import type { RedisBus } from "../../../src/buses/redis-bus/redis-bus.js";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { BusNetwork } from "./support/bus-network.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const HELD = 200;

describeWith(REDIS, "the Redis bus when Redis is started anew", () => {
  const network = BusNetwork.ofTests();
  const openBoth = async ({ url }: RedisServer): Promise<readonly [RedisBus, RedisBus]> => {
    const limits = { heldMessages: HELD };
    return [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
  };

  it.each([
    ["with its data", true],
    ["without its data", false],
  ])("%s: delivers what was published before, meanwhile and after, once", async (_, keepsData) => {
    const server = await network.server({ keepsData });
    const [a, b] = await openBoth(server);
    const flows = [LOGIC, GPU].map((at) => ({
      publisher: new Publisher(a, at, "p"),
      readers: [Ledger.read(b, at), Ledger.read(a, at)],
    }));
    await Promise.all([a.settled(), b.settled()]);
    const publish = (): void => {
      for (const { publisher } of flows) publisher.publish(20);
    };
    const settled = async (): Promise<unknown> => Promise.all(flows.map(({ publisher }) => publisher.allSettled()));
    publish();
    await settled();
    // Some of these are in flight when it dies.
    publish();
    await server.kill();
    publish();
    await until("the outage is noticed", () => [LOGIC, GPU].every(({ channel }) => !isConnected(a, channel)));
    publish();
    await server.start();
    publish();
    await settled();
    publish();
    await settled();
    for (const { publisher, readers } of flows) {
      expect(publisher.outcomes).toEqual({ taken: 120 });
      for (const reader of readers) await reader.holdsAllOf(publisher);
      const link = b.stats().links?.[publisher.at.channel];
      expect(link).toMatchObject({ missing: 0, malformed: 0, trimmedUnread: 0 });
    }
  });

  it("goes on with market data, whose readers see what is missing", async () => {
    const server = await network.server();
    const [a, b] = await openBoth(server);
    const reader = Ledger.read(b, MARKET);
    await b.settled();
    const publisher = new Publisher(a, MARKET, "p");
    publisher.publish(5);
    await reader.holds(publisher, 5);
    await server.kill();
    await until("it is noticed", () => [a, b].every((bus) => !isConnected(bus, "marketData")));
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
    await until("it is noticed", () => !isConnected(a, "engineLogic"));
    const low = new Publisher(a, LOGIC, "low");
    const critical = new Publisher(a, LOGIC, "critical");
    low.publish(HELD, { priority: "low" });
    critical.publish(HELD, { priority: "critical" });
    await until("the rest is refused", () => low.ends.size + critical.ends.size === HELD);
    expect(low.outcomes).toEqual({ OVERLOADED: HELD * 0.2 });
    expect(critical.outcomes).toEqual({ OVERLOADED: HELD * 0.8 });
    await server.start();
    for (const publisher of [low, critical]) {
      await publisher.allSettled();
      await reader.holds(publisher, publisher.endedAs("taken").length);
      reader.expectExactly(publisher, publisher.endedAs("taken"));
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

function isConnected(bus: RedisBus, channel: "marketData" | "engineLogic" | "neuralGpu"): boolean {
  return bus.stats().links?.[channel].connected === true;
}
