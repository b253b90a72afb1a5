// Connections that break again and again at random moments of a stream: nothing is lost, doubled, or out of order.
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import type { RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { Network } from "./support/network.js";
import { type Address, GPU, Ledger, LOGIC, MARKET, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const FLAPS = 50;
const PARTS = ["", "reader", "writer", "engineLogic", "neuralGpu"];

describeWith(REDIS, "the Redis bus with flapping connections", () => {
  const network = Network.ofTests();

  for (const at of [LOGIC, GPU]) {
    for (const seed of [1, 2]) {
      it(`delivers everything on ${at.channel} once and in order (seed ${seed})`, { timeout: 90_000 }, async () => {
        const random = createRandom(`flap ${at.channel} ${seed}`);
        const server = await network.server();
        const [proxyA, proxyB] = [await network.proxy(server), await network.proxy(server)];
        const a = await network.open("a", { url: proxyA.url });
        const b = await network.open("b", { url: proxyB.url });
        const readers = [Ledger.read(b, at), Ledger.read(b, at, { name: "second" }), Ledger.read(a, at)];
        await Promise.all([a.settled(), b.settled()]);
        const publishers = [new Publisher(a, at, "p"), new Publisher(a, at, "q"), new Publisher(b, at, "r")];
        for (let flap = 0; flap < FLAPS; flap += 1) {
          const turns = random.integer(6);
          for (let turn = 0; turn < turns; turn += 1) {
            for (const publisher of publishers) publisher.publish(random.integer(8));
            await wait(random.integer(12));
          }
          // Now and then one comes while the connections are still being made.
          if (random.integer(4) > 0) await until("all are connected", () => isConnected(a, at) && isConnected(b, at));
          const proxy = random.integer(2) === 0 ? proxyA : proxyB;
          const part = PARTS[random.integer(PARTS.length)] ?? "";
          if (random.integer(4) === 0) for (const connection of proxy.connections(part)) connection.cutClient();
          else proxy.cut(part);
        }
        for (const publisher of publishers) publisher.publish(5);
        for (const publisher of publishers) {
          await publisher.allSettled();
          expect(publisher.outcomes).toEqual({ taken: publisher.count });
          for (const reader of readers) await reader.holdsAllOf(publisher);
        }
        expect(a.stats().links?.[at.channel].reconnects).toBeGreaterThan(5);
        expect(b.stats().links?.[at.channel]).toMatchObject({ unacknowledged: 0, malformed: 0, missing: 0 });
      });
    }
  }

  it("doubles nothing of marketData, keeps its order, and counts what is missing", { timeout: 60_000 }, async () => {
    const random = createRandom("flap marketData");
    const server = await network.server();
    const [proxyA, proxyB] = [await network.proxy(server), await network.proxy(server)];
    const [a, b] = [await network.open("a", { url: proxyA.url }), await network.open("b", { url: proxyB.url })];
    const [here, there] = [Ledger.read(a, MARKET, { whenSlow: "drop" }), Ledger.read(b, MARKET, { whenSlow: "drop" })];
    await b.settled();
    const publisher = new Publisher(a, MARKET, "p");
    for (let flap = 0; flap < FLAPS; flap += 1) {
      for (let turn = random.integer(6); turn >= 0; turn -= 1) {
        publisher.publish();
        await wait(random.integer(12));
      }
      await until("all are connected", () => isConnected(a, MARKET) && isConnected(b, MARKET));
      (random.integer(2) === 0 ? proxyA : proxyB).cut(PARTS[random.integer(3)]);
    }
    const atTheEnd = publisher.count;
    await until("it flows again", () => {
      publisher.publish();
      return (there.sequencesOf(publisher).at(-1) ?? 0) >= atTheEnd;
    });
    await here.holdsAllOf(publisher);
    const seen = there.sequencesOf(publisher);
    expect(seen).toEqual([...new Set(seen)].toSorted((x, y) => x - y));
    // Each travelled on its own, so that batches are messages; what came last may be on its way.
    const last = seen.at(-1) ?? 0;
    const missing = last - (seen[0] ?? 0) + 1 - seen.length;
    expect(missing).toBeGreaterThan(0);
    expect(b.stats().links?.marketData).toMatchObject({ missing, duplicates: 0, malformed: 0 });
  });
});

function isConnected(bus: RedisBus, { channel }: Address): boolean {
  return bus.stats().links?.[channel].connected === true;
}
