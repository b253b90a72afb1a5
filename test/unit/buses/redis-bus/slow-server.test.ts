// A Redis that is far away, busy, or asleep for a while: everything takes longer, and nothing is lost or doubled.
import { expect, it } from "vitest";
import type { RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const SLEEP_S = 3;

describeWith(REDIS, "the Redis bus with a slow Redis", () => {
  const network = Network.ofTests();

  it("delivers everything once and in order over 50 ms of latency, and with few bytes a second", async () => {
    const server = await network.server();
    const proxies = [await network.proxy(server), await network.proxy(server)] as const;
    for (const proxy of proxies) proxy.latencyMs = 50;
    const [a, b] = [await network.open("a", { url: proxies[0].url }), await network.open("b", { url: proxies[1].url })];
    await expectToFlow(a, b, () => {
      for (const proxy of proxies) {
        proxy.latencyMs = 0;
        proxy.bytesPerSecond = 100_000;
      }
      return Promise.resolve();
    });
  });

  const SLEEPS: Readonly<Record<string, (server: RedisServer) => Promise<unknown>>> = {
    "does not answer for 3 s": (server) => network.command(server, "DEBUG", "SLEEP", SLEEP_S),
    "takes no writes for 3 s": (server) => network.command(server, "CLIENT", "PAUSE", SLEEP_S * 1000, "WRITE"),
    "takes no commands for 3 s": (server) => network.command(server, "CLIENT", "PAUSE", SLEEP_S * 1000, "ALL"),
  };

  for (const [how, sleep] of Object.entries(SLEEPS)) {
    it(`loses and doubles nothing when Redis ${how}`, async () => {
      const server = await network.server({ args: ["--enable-debug-command", "yes"] });
      const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: server.url })];
      await expectToFlow(a, b, () => sleep(server));
    });
  }

  it("is not held up by one connection that stands still for a while", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const [a, b] = [await network.open("a", { url: server.url }), await network.open("b", { url: proxy.url })];
    await expectToFlow(a, b, async () => {
      const standing = proxy.connections("engineLogic:reader");
      for (const connection of standing) connection.pause();
      const begin = performance.now();
      await until("it stood for two seconds", () => performance.now() - begin > 2_000);
      for (const connection of standing) connection.resume();
    });
  });
});

/** Some before it becomes slow, some meanwhile, some after. */
async function expectToFlow(a: RedisBus, b: RedisBus, slow: () => Promise<unknown>): Promise<void> {
  const flows = [LOGIC, GPU].map((at) => ({
    publisher: new Publisher(a, at, "p"),
    readers: [Ledger.read(b, at), Ledger.read(a, at)],
  }));
  await Promise.all([a.settled(), b.settled()]);
  const publish = (): void => {
    for (const { publisher } of flows) publisher.publish(50);
  };
  publish();
  const slept = slow();
  publish();
  await slept;
  publish();
  for (const { publisher, readers } of flows) {
    await publisher.allSettled();
    expect(publisher.outcomes).toEqual({ taken: 150 });
    for (const reader of readers) await reader.holdsAllOf(publisher);
  }
}
