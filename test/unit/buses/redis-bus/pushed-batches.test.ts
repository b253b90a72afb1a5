// What is pushed is read as well: whichever of both comes first or is lost, every message takes effect once and in order.
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createRedisBus, type RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { keysOf } from "../../../../src/buses/redis-bus/keys.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { createEnvelopeFactory } from "../../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../../src/kernel/ids.js";
import { createLogger } from "../../../../src/kernel/pino-logger.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { systemClock } from "../../../../src/kernel/system-clock.js";
import { Gate } from "../../../contract/bus/bus-harness.js";
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
    const publish = (value: unknown, topic = TOPIC) =>
      channel.publish(topic, envelopes.create("test.counted", value, { topic })) ?? Promise.resolve();
    const read: unknown[] = [];
    const subscribe = (): void => {
      channel.subscribe(TOPIC, ({ data }) => void read.push(data), { name: "test", queue: 100_000 });
    };
    /** After which a message has its effect. */
    const handle = (effect: () => Promise<void>): void => {
      const take = async ({ data }: Envelope): Promise<void> => {
        await effect();
        if (!read.includes(data)) read.push(data);
      };
      channel.subscribe(TOPIC, take, { name: "effect", queue: 100_000 });
    };
    return { bus, publish, read, subscribe, handle, link: () => bus.stats().links!.engineLogic };
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

  it("that answer each other tell along with an answer what they are done with", async () => {
    const [asking, answering] = [await open("asking"), await open("answering")];
    const ANSWERS = "test.answers@1";
    answering.bus
      .channel("engineLogic")
      .subscribe(TOPIC, ({ data }) => void answering.publish(data, ANSWERS), { name: "answers" });
    let onAnswer: (() => void) | undefined;
    asking.bus.channel("engineLogic").subscribe(ANSWERS, () => onAnswer?.(), { name: "asks" });
    await Promise.all([asking.bus.settled(), answering.bus.settled()]);
    const ask = (): Promise<unknown> => {
      const answered = new Promise<void>((resolve) => (onAnswer = resolve));
      return Promise.all([answered, asking.publish(1)]);
    };
    await ask();
    const acks = admin.duplicate();
    let count = 0;
    acks.on("pmessage", () => (count += 1));
    await acks.psubscribe(`${NAMESPACE}:engineLogic:acks:*`);
    const ends: Promise<unknown>[] = [];
    for (let turn = 0; turn < 500; turn += 1) {
      const answered = new Promise<void>((resolve) => (onAnswer = resolve));
      ends.push(asking.publish(turn));
      await answered;
    }
    await Promise.all(ends);
    acks.disconnect();
    // Of a thousand batches: on a busy machine not all of them can.
    expect(count).toBeLessThan(250);
    expect(asking.link()).toMatchObject({ unacknowledged: 0, duplicates: 0, missing: 0, malformed: 0 });
  });

  it("do not go to the stream where they took effect at once", async () => {
    const { sender, reader } = await openPair();
    await sender.publish(1);
    const before = await added();
    for (let value = 2; value < 200; value += 1) await sender.publish(value);
    expect(reader.read).toEqual(upTo(200));
    // On a busy machine one or the other may be late.
    expect((await added()) - before).toBeLessThan(50);
  });

  it("go to the stream where they did not, and are acknowledged there when they do", async () => {
    const { sender, reader } = await openPair();
    let effect = Promise.resolve();
    reader.handle(() => effect);
    await sender.publish(1);
    const gate = new Gate();
    effect = gate.opened;
    await sender.publish(2);
    await vi.waitFor(async () => expect(await pending()).toBe(1), PATIENCE);
    gate.open();
    await vi.waitFor(async () => expect(await pending()).toBe(0), PATIENCE);
    expect(reader.read).toEqual(upTo(3));
    expect(reader.link()).toMatchObject({ duplicates: 0, missing: 0, malformed: 0 });
  });

  it("are not for whoever comes between their publication and that", async () => {
    const { sender, reader } = await openPair();
    await sender.publish(1);
    const gate = new Gate();
    reader.handle(() => gate.opened);
    const late = await open("late");
    for (let value = 2; value < 12; value += 1) {
      await sender.publish(value);
      if (value === 6) late.subscribe();
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await late.bus.settled();
    await sender.publish(12);
    await vi.waitFor(() => expect(late.read).toContain(12), PATIENCE);
    gate.open();
    // What was published before it subscribed it was not given; from some point on, everything and in order.
    expect(late.read).toEqual(upTo(13).slice(-late.read.length));
    expect(late.read.length).toBeLessThan(7);
    expect(late.link()).toMatchObject({ missing: 0 });
  });

  it("are kept for a node that is away, whose start nobody waits for", async () => {
    const { sender, reader } = await openPair();
    const { log, readers, version } = keysOf(NAMESPACE, "engineLogic");
    await admin.xgroup("CREATE", log(TOPIC), "away", "$");
    await admin.hset(readers(TOPIC), "away~1", "0");
    await admin.incr(version(TOPIC));
    for (let value = 1; value < 20; value += 1) await sender.publish(value);
    expect(reader.read).toEqual(upTo(20));
    const back = await open("away");
    back.subscribe();
    await vi.waitFor(() => expect(back.read).toHaveLength(19), PATIENCE);
    expect(back.read).toEqual(upTo(20).slice(1));
    await sender.publish(20);
    await vi.waitFor(() => expect(back.read.at(-1)).toBe(20), PATIENCE);
  });

  it("are in the stream before their publisher is gone, where they did not take effect", async () => {
    const { sender, reader } = await openPair();
    const gate = new Gate();
    reader.handle(() => gate.opened);
    await sender.publish(1);
    await sender.publish(2);
    await sender.bus.stop();
    expect(await pending()).toBeGreaterThan(0);
    gate.open();
    await vi.waitFor(async () => expect(await pending()).toBe(0), PATIENCE);
    expect(reader.read).toEqual(upTo(3));
  });

  /** Entries that the stream ever had. */
  async function added(): Promise<number> {
    const info = (await admin.xinfo("STREAM", keysOf(NAMESPACE, "engineLogic").log(TOPIC))) as unknown[];
    return Number(info[info.indexOf("entries-added") + 1]);
  }

  async function loseListeners(): Promise<void> {
    const clients = (await admin.client("LIST")) as string;
    const lost = clients.split("\n").filter((line) => line.includes(":engineLogic:listener"));
    for (const line of lost) await admin.client("KILL", "ID", Number(/id=(\d+)/.exec(line)?.[1]));
  }
});
