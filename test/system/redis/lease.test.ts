// The script that keeps the lease, on a real server: the rules that the model of leadership goes by.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createRedisLeases } from "../../../src/buses/redis-bus/redis-leases.js";
import { RedisLink } from "../../../src/buses/redis-bus/redis-link.js";
import { createLogger } from "../../../src/kernel/pino-logger.js";
import { systemClock } from "../../../src/kernel/system-clock.js";
import { REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";

const TTL_MS = 300;
const LOOK_MS = 5;

describeWith(REDIS, "the lease on a Redis server", () => {
  let server: RedisServer;
  let link: RedisLink;
  let namespaces = 0;
  let namespace: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    link = new RedisLink({ url: server.url, name: "test", clock: systemClock, log: createLogger("silent") });
    await link.connect();
  });
  beforeEach(() => {
    namespace = `lease-${(namespaces += 1)}`;
  });
  afterAll(async () => {
    link.close();
    await server.stop();
  });

  /** Asks until somebody holds it; how long that took. */
  async function take(holder: string): Promise<{ readonly token: number; readonly tookMs: number }> {
    const leases = createRedisLeases(link, namespace, "1");
    const began = performance.now();
    for (;;) {
      const hold = await leases.hold(holder, TTL_MS);
      if (hold.isHeld) return { token: hold.token, tookMs: performance.now() - began };
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  it("gives none before one of earlier data must have lapsed", async () => {
    const { tookMs } = await take("a");
    expect(tookMs).toBeGreaterThan(0.9 * TTL_MS);
  });

  it("is kept by whoever asks again, under one token, and refused to others, who are told by whom it is held", async () => {
    const { token } = await take("a");
    const leases = createRedisLeases(link, namespace, "1");
    expect(await leases.hold("a", TTL_MS)).toEqual({ isHeld: true, token });
    expect(await leases.hold("b", TTL_MS)).toEqual({ isHeld: false, holder: "a" });
    // Another start of the same node is another holder.
    expect(await createRedisLeases(link, namespace, "2").hold("a", TTL_MS)).toEqual({ isHeld: false, holder: "a" });
  });

  it("lapses when nobody keeps it, and goes on under a greater token", async () => {
    const first = await take("a");
    const second = await take("b");
    expect(second.tookMs).toBeLessThan(10 * TTL_MS);
    expect(second.token).toBeGreaterThan(first.token);
  });

  it("is let go by its holder alone", async () => {
    const first = await take("a");
    const leases = createRedisLeases(link, namespace, "1");
    await leases.release("b");
    expect(await leases.hold("b", TTL_MS)).toEqual({ isHeld: false, holder: "a" });
    await leases.release("a");
    expect(await leases.hold("b", TTL_MS)).toMatchObject({ isHeld: true });
    expect((await leases.hold("b", TTL_MS)) as object).not.toMatchObject({ token: first.token });
  });

  it("has greater tokens also after the server lost its data", async () => {
    const first = await take("a");
    await link.redis.flushall();
    const second = await take("b");
    expect(second.token).toBeGreaterThan(first.token);
    expect(second.tookMs).toBeGreaterThan(0.9 * TTL_MS);
  });

  it("is given to nobody after a restart from a snapshot before an earlier one must have lapsed", async () => {
    await take("a");
    await link.redis.save();
    // Kept once more: of that the snapshot knows nothing.
    const leases = createRedisLeases(link, namespace, "1");
    await new Promise((resolve) => setTimeout(resolve, TTL_MS / 2));
    expect(await leases.hold("a", TTL_MS)).toMatchObject({ isHeld: true });
    await server.restart();
    while (!link.isReady) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const { tookMs } = await take("b");
    expect(tookMs).toBeGreaterThan(0.9 * TTL_MS);
  });
});
