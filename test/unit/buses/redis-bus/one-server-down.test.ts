// Each channel may have a server of its own: what fails stays with its channel.
import { expect, it } from "vitest";
import { CHANNEL_NAMES, type ChannelName } from "../../../../src/contracts/channel.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network, type Urls } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const HELD = 50;
const ADDRESSES = { marketData: MARKET, engineLogic: LOGIC, neuralGpu: GPU } as const;

describeWith(REDIS, "the Redis bus over three servers", () => {
  const network = Network.ofTests();

  for (const down of ["engineLogic", "neuralGpu", "marketData"] as const) {
    it(`goes on when the server of ${down} is gone`, async () => {
      const servers: Record<ChannelName, RedisServer> = {
        marketData: await network.server(),
        engineLogic: await network.server(),
        neuralGpu: await network.server(),
      };
      const url = mapUrls(servers);
      const limits = { heldMessages: HELD };
      const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
      const flows = CHANNEL_NAMES.map((name) => ({
        name,
        publisher: new Publisher(a, ADDRESSES[name], "p"),
        here: Ledger.read(a, ADDRESSES[name], { whenSlow: "drop" }),
        there: Ledger.read(b, ADDRESSES[name], { whenSlow: "drop" }),
      }));
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
        expect(a.stats().links?.[name]).toMatchObject({ connected: true, reconnects: 0, unacknowledged: 0 });
      }
      const broken = flows.find(({ name }) => name === down);
      if (broken === undefined) throw new Error("no such channel");
      if (down !== "marketData") await expectToWait(broken);
      await servers[down].start();
      await until("it is back", () => [a, b].every((bus) => bus.stats().links?.[down].connected === true));
      await broken.publisher.allSettled();
      if (down === "marketData") {
        await until("it flows again", () => {
          broken.publisher.publish();
          return broken.there.messages.length > 0;
        });
      } else {
        await broken.there.holds(broken.publisher, HELD);
        broken.there.expectExactly(broken.publisher, upTo(HELD));
      }
    });
  }
});

/** Until the bound is reached: then publishers are refused, while readers here are still served. */
async function expectToWait({ publisher, here }: { publisher: Publisher; here: Ledger }): Promise<void> {
  expect(publisher.ends.size).toBe(0);
  publisher.publish(HELD, { priority: "critical" });
  await until("the rest is refused", () => publisher.ends.size === 20);
  expect(publisher.outcomes).toEqual({ OVERLOADED: 20 });
  here.expectExactly(publisher, upTo(20 + HELD));
}

function mapUrls(servers: Readonly<Record<ChannelName, RedisServer>>): Urls {
  return {
    marketData: servers.marketData.url,
    engineLogic: servers.engineLogic.url,
    neuralGpu: servers.neuralGpu.url,
  };
}
