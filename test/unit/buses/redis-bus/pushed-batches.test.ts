// What is pushed is read as well: whichever of both comes first or is lost, every message takes effect once and in order.
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createRedisBus, type RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { keysOf } from "../../../../src/buses/redis-bus/keys.js";
import { createEnvelopeFactory } from "../../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../../src/kernel/ids.js";
import { createLogger } from "../../../../src/kernel/pino-logger.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { systemClock } from "../../../../src/kernel/system-clock.js";
import { REDIS, RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";

const TOPIC = "test.counted@1";
const NAMESPACE = "pushes";
const PATIENCE = { timeout: 10_000, interval: 5 };

describeWith(REDIS, "batches that are pushed and read", () => {
  let server: RedisServer;
  let admin: Redis;
  const buses: RedisBus[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
    admin = new Redis(server.url);
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.stop()));
    await admin.flushall();
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  async function open(nodeId: string) {
    const { url } = server;
    const bus = createRedisBus({
      urls: { marketData: url, engineLogic: url, neuralGpu: url },
      namespace: NAMESPACE,
      nodeId,
      incarnation: "1",
      clock: systemClock,
      log: createLogger("silent"),
    });
    buses.push(bus);
    await bus.start();
    const ids = createIds(createRandom(nodeId), nodeId);
    const envelopes = createEnvelopeFactory({ nodeId, incarnation: 1, clock: systemClock, ids });
    const channel = bus.channel("engineLogic");
    const publish = (value: unknown) =>
      channel.publish(TOPIC, envelopes.create("test.counted", value, { topic: TOPIC })) ?? Promise.resolve();
    const read: unknown[] = [];
    const subscribe = (): void => {
      channel.subscribe(TOPIC, ({ data }) => void read.push(data), { name: "test", queue: 100_000 });
    };
    return { bus, publish, read, subscribe, link: () => bus.stats().links!.engineLogic };
  }

  async function openPair() {
    const [sender, reader] = [await open("sender"), await open("reader")];
    reader.subscribe();
    await reader.bus.settled();
    // The first of each sender is read: from then on it is known what is next.
    await sender.publish(0);
    return { sender, reader };
  }

  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  const pending = async (): Promise<number> => {
    const groups = (await admin.xinfo("GROUPS", keysOf(NAMESPACE, "engineLogic").log(TOPIC))) as unknown[][];
    return Number(groups[0]?.[groups[0].indexOf("pending") + 1]);
  };

  it("take effect once and in order, and are acknowledged to the stream", async () => {
    const { sender, reader } = await openPair();
    for (let value = 1; value < 200; value += 1) await sender.publish(value);
    expect(reader.read).toEqual(upTo(200));
    await vi.waitFor(async () => expect(await pending()).toBe(0), PATIENCE);
    expect(reader.link()).toMatchObject({ duplicates: 0, missing: 0, malformed: 0 });
    expect(sender.link()).toMatchObject({ resent: 0, unacknowledged: 0 });
  });

  it("are read where they are too large to be pushed, between small ones", async () => {
    const { sender, reader } = await openPair();
    const large = "x".repeat(100_000);
    const ends: Promise<unknown>[] = [];
    for (let value = 1; value < 50; value += 1) {
      ends.push(sender.publish(value));
      if (value % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (value % 20 === 0) ends.push(sender.publish(large));
    }
    await Promise.all(ends);
    expect(reader.read.filter((value) => value !== large)).toEqual(upTo(50));
    expect(reader.read.filter((value) => value === large)).toHaveLength(2);
  });

  it("are read while nothing is heard, and nobody waits long for what was not heard", async () => {
    const { sender, reader } = await openPair();
    const ends: Promise<unknown>[] = [];
    for (let value = 1; value < 500; value += 1) {
      ends.push(sender.publish(value));
      if (value % 100 === 50) await loseListeners();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(reader.read).toHaveLength(500), PATIENCE);
    await Promise.all(ends);
    expect(reader.read).toEqual(upTo(500));
  });

  async function loseListeners(): Promise<void> {
    const clients = (await admin.client("LIST")) as string;
    const lost = clients.split("\n").filter((line) => line.includes(":engineLogic:listener"));
    for (const line of lost) await admin.client("KILL", "ID", Number(/id=(\d+)/.exec(line)?.[1]));
  }
});
