// What is pushed one after the other: the server is asked for no answer, and not who reads, as long as nobody else begins to.
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import type { RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { Ledger, LOGIC, Publisher } from "./support/numbered.js";
import { until } from "./support/until.js";

const NEWS = "faults:engineLogic:news";
const STREAM = `faults:engineLogic:log:${LOGIC.topic}`;
const READERS = `faults:engineLogic:readers:${LOGIC.topic}`;
const VERSION = `faults:engineLogic:version:${LOGIC.topic}`;

/** It is soon seen who is dead. */
const limits = { refreshMs: 300 };

describeWith(REDIS, "batches that are pushed over the Redis bus, one after the other", () => {
  const network = Network.ofTests();

  /** How often each command was carried out. */
  async function commands(server: RedisServer): Promise<Readonly<Record<string, number>>> {
    const about = String(await network.command(server, "INFO", "commandstats"));
    const counts: Record<string, number> = {};
    for (const [, name = "", calls] of about.matchAll(/cmdstat_(\S+):calls=(\d+)/g)) counts[name] = Number(calls);
    return counts;
  }

  /** Until its readers are known to listen, and no answer is waited for. */
  async function warm(server: RedisServer, publisher: Publisher): Promise<void> {
    let inARow = 0;
    let before = (await commands(server))["client|reply"] ?? 0;
    await until("pushes are unanswered", async () => {
      publisher.publish();
      await publisher.allSettled();
      const skipped = (await commands(server))["client|reply"] ?? 0;
      inARow = skipped > before ? inARow + 1 : 0;
      before = skipped;
      return inARow >= 3;
    });
  }

  async function pair(server: RedisServer, url = server.url): Promise<readonly [RedisBus, RedisBus]> {
    return [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
  }

  /** Nobody answers what the publisher pushes to the reader on the other node. */
  async function warmPair(): Promise<{ server: RedisServer; reader: Ledger; publisher: Publisher }> {
    const server = await network.server();
    const [a, b] = await pair(server);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warm(server, publisher);
    return { server, reader, publisher };
  }

  it("cost one command for the server to carry out, and one that says that it is not to answer", async () => {
    const { server, reader, publisher } = await warmPair();
    const count = 40;
    // On a busy machine some are late, and go to the stream.
    await until("a round is answered by nobody, and nobody is asked", async () => {
      const before = await commands(server);
      for (let sent = 0; sent < count; sent += 1) {
        publisher.publish();
        await publisher.allSettled();
      }
      const after = await commands(server);
      const grew = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
      return grew("client|reply") === count && grew("get") <= count / 4;
    });
    await reader.holdsAllOf(publisher);
  });

  it("arrive as they are, whatever letters they are made of", async () => {
    const { reader, publisher } = await warmPair();
    const texts = ["é", "漢字", "😀\u0000\r\n$5\r\n", "\ud800"];
    for (const text of texts) {
      publisher.publish(1, { data: { text } });
      await publisher.allSettled();
    }
    const arrived = reader.messages.slice(-texts.length).map(({ data }) => data);
    expect(arrived).toEqual(texts.map((text) => ({ text })));
    await reader.holdsAllOf(publisher);
  });

  it("are waited for where the user may not say that no answer is wanted, and acknowledgements ride along all the same", async () => {
    const server = await network.server();
    await network.command(server, "ACL", "SETUSER", "plain", "on", ">word", "~*", "&*", "+@all", "-client|reply");
    const [a, b] = await pair(server, `redis://plain:word@127.0.0.1:${server.port}`);
    const back = { ...LOGIC, topic: `${LOGIC.topic}.back` };
    const [there, here] = [Ledger.read(b, LOGIC), Ledger.read(a, back)];
    await Promise.all([a.settled(), b.settled()]);
    const [asking, answering] = [new Publisher(a, LOGIC, "p"), new Publisher(b, back, "q")];
    const turn = async (): Promise<void> => {
      asking.publish();
      await there.holds(asking, asking.count);
      answering.publish();
      await here.holds(answering, answering.count);
    };
    for (let warmUp = 0; warmUp < 50; warmUp += 1) await turn();
    const before = (await commands(server))["xadd"] ?? 0;
    const turns = 200;
    for (let done = 0; done < turns; done += 1) await turn();
    const { xadd = 0, "client|reply": skipped = 0 } = await commands(server);
    expect(skipped).toBe(0);
    expect(xadd - before).toBeLessThan(turns / 2);
    await Promise.all([asking.allSettled(), answering.allSettled()]);
  });

  it("harm nothing where the server begins to answer them all the same", async () => {
    const server = await network.server();
    const rights = ["ACL", "SETUSER", "plain", "on", ">word", "~*", "&*", "+@all"] as const;
    await network.command(server, ...rights);
    const [a, b] = await pair(server, `redis://plain:word@127.0.0.1:${server.port}`);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warm(server, publisher);
    await network.command(server, ...rights, "-client|reply");
    for (let round = 0; round < 100; round += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await reader.holdsAllOf(publisher);
    expect(publisher.outcomes).toEqual({ taken: publisher.count });
    expect(a.stats().links?.engineLogic).toMatchObject({ missing: 0, malformed: 0, duplicates: 0 });
  });

  it("go on after the connection was lost with some of them on the way", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const [a, b] = [await network.open("a", { url: proxy.url }), await network.open("b", { url: server.url })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warm(server, publisher);
    for (let round = 0; round < 5; round += 1) {
      proxy.latencyMs = 20;
      publisher.publish();
      await wait(2);
      publisher.publish();
      // What is in the proxy is lost.
      proxy.cut();
      proxy.latencyMs = 0;
      await publisher.allSettled();
    }
    await reader.holdsAllOf(publisher);
  });

  it("are kept for a reader that came just before them, and did not hear them", async () => {
    const server = await network.server();
    const [a, b] = await pair(server);
    Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warm(server, publisher);
    const redis = new Redis(server.url, { protocol: 2 });
    network.onClose(async () => redis.disconnect());
    let wasPushed = false;
    for (let round = 0; !wasPushed; round += 1) {
      await warm(server, publisher);
      const before = await redis.xlen(STREAM);
      const skippedBefore = (await commands(server))["client|reply"];
      await redis.multi().hset(READERS, `c${round}~1`, "1").incr(VERSION).publish(NEWS, LOGIC.topic).exec();
      publisher.publish();
      await until("it is in the stream", async () => (await redis.xlen(STREAM)) > before);
      // Where the machine was too busy for it to be heard in time before, it went there at once.
      wasPushed = (await commands(server))["client|reply"] !== skippedBefore;
      const [entry] = await redis.xrevrange(STREAM, "+", "-", "COUNT", 1);
      const fields = entry![1];
      if (wasPushed) expect(JSON.parse(fields[fields.indexOf("for") + 1]!)).toContain(`c${round}`);
      // It is seen soon that it is not there.
      await publisher.allSettled();
    }
  });

  it("are so by what readers say when they come, leave, and die", async () => {
    const server = await network.server();
    const told: string[] = [];
    const listener = new Redis(server.url, { protocol: 2 });
    network.onClose(async () => listener.disconnect());
    listener.on("message", (_channel: string, topic: string) => told.push(topic));
    await listener.subscribe(NEWS);
    const count = (): number => told.filter((topic) => topic === LOGIC.topic).length;
    const [a, b] = await pair(server);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    await until("it is told that one came", () => count() === 1);
    reader.subscription?.close();
    await until("it is told that it left", () => count() === 2);
    // One that nobody keeps alive.
    await network.command(server, "HSET", READERS, "c~1", "1");
    await network.command(server, "INCR", VERSION);
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish();
    await publisher.allSettled();
    await until("it is told that it is dead", () => count() === 3);
  });
});
