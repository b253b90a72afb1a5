// Connections that are dead without anybody having been told: noticed within about five seconds, replaced, and nothing lost.
import { expect, it } from "vitest";
import { CHANNEL_NAMES } from "../../../../src/contracts/channel.js";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

/** About five seconds, on a busy machine. */
const NOTICED_MS = 7_000;

const CASES = [
  { whose: "the publisher", role: "writer" },
  { whose: "the publisher", role: "reader" },
  { whose: "the reader", role: "writer" },
  { whose: "the reader", role: "reader" },
] as const;

describeWith(REDIS, "the Redis bus with half-open connections", () => {
  const network = Network.ofTests();

  it.concurrent.each(CASES)("notices that the $role of $whose is dead, and replaces it", async ({ whose, role }) => {
    const scene = new Network();
    try {
      const server = await scene.server();
      const proxies = [await scene.proxy(server), await scene.proxy(server)] as const;
      const a = await scene.open("a", { url: proxies[0].url });
      const b = await scene.open("b", { url: proxies[1].url });
      const readers = [LOGIC, GPU].map((at) => Ledger.read(b, at));
      const live = Ledger.read(b, MARKET);
      await b.settled();
      const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
      const market = new Publisher(a, MARKET, "m");
      for (const publisher of publishers) publisher.publish(10);
      const [bus, proxy] = whose === "the publisher" ? [a, proxies[0]] : [b, proxies[1]];
      proxy.blackhole({ part: `:${role}` });
      const begin = performance.now();
      for (const publisher of publishers) publisher.publish(10);
      await until("every channel has a connection anew", () =>
        CHANNEL_NAMES.every((name) => (bus.stats().links?.[name].reconnects ?? 0) >= 1),
      );
      expect(performance.now() - begin).toBeLessThan(NOTICED_MS);
      for (const [index, publisher] of publishers.entries()) {
        publisher.publish(10);
        await publisher.allSettled();
        expect(publisher.outcomes).toEqual({ taken: 30 });
        await readers[index]?.holdsAllOf(publisher);
      }
      await until("market data flows again", () => {
        market.publish();
        return live.messages.length > 0;
      });
    } finally {
      await scene.close();
    }
  });

  it("comes back by itself where new connections are silent too, once they are not", { timeout: 60_000 }, async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: server.url });
    const b = await network.open("b", { url: proxy.url });
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(10);
    const before = proxy.accepted;
    proxy.blackhole({ alsoNew: true });
    publisher.publish(10);
    // Six of the first attempt, and six of one after it that was given up.
    await until("it has tried again", () => proxy.accepted >= before + 12);
    expect(b.stats().links?.engineLogic.connected).toBe(false);
    proxy.heal();
    publisher.publish(10);
    await publisher.allSettled();
    await reader.holdsAllOf(publisher);
  });
});
