// Connections that are cut, silent or slow, and one of three servers away: nothing is lost, doubled, or out of order, and what
// fails stays with its channel.
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import type { RedisBus } from "../../../src/buses/redis-bus/redis-bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../../../src/contracts/channel.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { inForm } from "../../support/in-form.js";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { BusNetwork } from "./support/bus-network.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const FLAPS = inForm({ short: 12, long: 50 });
const SEEDS = inForm({ short: [1], long: [1, 2, 3] });
const PARTS = ["", "reader", "writer", "engineLogic", "neuralGpu", "marketData"];
/** About five seconds, on a busy machine. */
const NOTICED_MS = 7_000;
const SLEEP_S = 3;
const HELD = 50;
const LIMIT_MS = 90_000;
const ADDRESSES = { marketData: MARKET, engineLogic: LOGIC, neuralGpu: GPU } as const;

describeWith(REDIS, "the Redis bus with connections that fail", () => {
  const network = BusNetwork.ofTests();

  it.each(SEEDS)(
    "delivers everything once and in order over connections that break again and again (seed %i)",
    async (seed) => {
      const random = createRandom(`flap ${seed}`);
      const server = await network.server();
      const proxies = [await network.proxy(server), await network.proxy(server)] as const;
      const [a, b] = [
        await network.open("a", { url: proxies[0].url }),
        await network.open("b", { url: proxies[1].url }),
      ];
      const flows = [LOGIC, GPU].map((at) => ({
        publishers: [new Publisher(a, at, "p"), new Publisher(b, at, "q")],
        readers: [Ledger.read(b, at), Ledger.read(b, at, { name: "second" }), Ledger.read(a, at)],
      }));
      const market = new Publisher(a, MARKET, "m");
      const live = Ledger.read(b, MARKET, { whenSlow: "drop" });
      await Promise.all([a.settled(), b.settled()]);
      const publishers = flows.flatMap((flow) => flow.publishers);
      for (let flap = 0; flap < FLAPS; flap += 1) {
        for (let turn = random.integer(6); turn > 0; turn -= 1) {
          for (const publisher of publishers) publisher.publish(random.integer(8));
          market.publish();
          await wait(random.integer(12));
        }
        // Now and then one comes while the connections are still being made.
        if (random.integer(4) > 0) await until("all are connected", () => [a, b].every(isConnected));
        const proxy = proxies[random.integer(2)]!;
        const part = PARTS[random.integer(PARTS.length)]!;
        if (random.integer(4) === 0) for (const connection of proxy.connections(part)) connection.cutClient();
        else proxy.cut(part);
      }
      for (const { publishers, readers } of flows)
        for (const publisher of publishers) {
          publisher.publish(5);
          await publisher.allSettled();
          expect(publisher.outcomes).toEqual({ taken: publisher.count });
          for (const reader of readers) await reader.holdsAllOf(publisher);
        }
      for (const { channel } of [LOGIC, GPU]) {
        expect(b.stats().links?.[channel]).toMatchObject({ unacknowledged: 0, malformed: 0, missing: 0 });
      }
      const atTheEnd = market.count;
      await until("market data flows again", () => {
        market.publish();
        return (live.sequencesOf(market).at(-1) ?? 0) >= atTheEnd;
      });
      const seen = live.sequencesOf(market);
      expect(seen).toEqual([...new Set(seen)].toSorted((x, y) => x - y));
      expect(b.stats().links?.marketData).toMatchObject({ duplicates: 0, malformed: 0 });
      expect(b.stats().links?.marketData.missing).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it("notices that connections are dead without a word, and replaces them", async () => {
    const server = await network.server();
    const proxies = [await network.proxy(server), await network.proxy(server)] as const;
    const [a, b] = [await network.open("a", { url: proxies[0].url }), await network.open("b", { url: proxies[1].url })];
    const flows = [LOGIC, GPU].map((at) => ({ publisher: new Publisher(a, at, "p"), reader: Ledger.read(b, at) }));
    await b.settled();
    const publish = (): void => {
      for (const { publisher } of flows) publisher.publish(10);
    };
    publish();
    proxies[0].blackhole({ part: ":writer" });
    proxies[1].blackhole({ part: ":reader" });
    const begin = performance.now();
    publish();
    await until("every channel has a connection anew", () =>
      [a, b].every((bus) => CHANNEL_NAMES.every((name) => (bus.stats().links?.[name].reconnects ?? 0) >= 1)),
    );
    expect(performance.now() - begin).toBeLessThan(NOTICED_MS);
    publish();
    for (const { publisher, reader } of flows) {
      await publisher.allSettled();
      expect(publisher.outcomes).toEqual({ taken: 30 });
      await reader.holdsAllOf(publisher);
    }
  });

  it("loses and doubles nothing over slow connections, and while Redis does not answer for 3 s", async () => {
    const server = await network.server({ args: ["--enable-debug-command", "yes"] });
    const proxies = [await network.proxy(server), await network.proxy(server)] as const;
    const [a, b] = [await network.open("a", { url: proxies[0].url }), await network.open("b", { url: proxies[1].url })];
    const flows = [LOGIC, GPU].map((at) => ({
      publisher: new Publisher(a, at, "p"),
      readers: [Ledger.read(b, at), Ledger.read(a, at)],
    }));
    await Promise.all([a.settled(), b.settled()]);
    const publish = (): void => {
      for (const { publisher } of flows) publisher.publish(50);
    };
    for (const proxy of proxies) proxy.latencyMs = 50;
    publish();
    for (const proxy of proxies) {
      proxy.latencyMs = 0;
      proxy.bytesPerSecond = 100_000;
    }
    publish();
    const slept = network.command(server, "DEBUG", "SLEEP", SLEEP_S);
    publish();
    await slept;
    publish();
    for (const { publisher, readers } of flows) {
      await publisher.allSettled();
      expect(publisher.outcomes).toEqual({ taken: 200 });
      for (const reader of readers) await reader.holdsAllOf(publisher);
    }
  });

  it("goes on with two channels while the server of the third is away", async () => {
    const servers: Record<ChannelName, RedisServer> = {
      marketData: await network.server(),
      engineLogic: await network.server(),
      neuralGpu: await network.server(),
    };
    const [marketData, engineLogic, neuralGpu] = CHANNEL_NAMES.map((name) => servers[name].url) as [
      string,
      string,
      string,
    ];
    const options = { url: { marketData, engineLogic, neuralGpu }, limits: { heldMessages: HELD } };
    const [a, b] = [await network.open("a", options), await network.open("b", options)];
    for (const down of CHANNEL_NAMES) {
      const flows = CHANNEL_NAMES.map((name) => {
        const at = { ...ADDRESSES[name], topic: `${ADDRESSES[name].topic}.without-${down}` };
        const [here, there] = [Ledger.read(a, at, { whenSlow: "drop" }), Ledger.read(b, at, { whenSlow: "drop" })];
        return { name, publisher: new Publisher(a, at, "p"), here, there };
      });
      await Promise.all([a.settled(), b.settled()]);
      await servers[down].kill();
      await until("it is noticed", () => a.stats().links?.[down].connected === false);
      for (const { name, publisher, here, there } of flows) {
        publisher.publish(20);
        // Readers on the same process are served at once, whatever became of Redis.
        here.expectExactly(publisher, upTo(20));
        if (name === down) continue;
        await there.holdsAllOf(publisher);
        await publisher.allSettled();
        expect(a.stats().links?.[name]).toMatchObject({ connected: true, unacknowledged: 0 });
      }
      const { publisher, there } = flows.find(({ name }) => name === down)!;
      await servers[down].start();
      await until("it is back", () => [a, b].every((bus) => bus.stats().links?.[down].connected === true));
      if (down === "marketData") {
        await until("it flows again", () => {
          publisher.publish();
          return there.messages.length > 0;
        });
      } else {
        await publisher.allSettled();
        await there.holdsAllOf(publisher);
      }
    }
  });
});

function isConnected(bus: RedisBus): boolean {
  return CHANNEL_NAMES.every((name) => bus.stats().links?.[name].connected === true);
}
