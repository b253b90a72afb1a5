// What is in Redis: streams that shrink, backlogs that are bounded, dead letters that anybody can read, and networks kept apart.
import { expect, it } from "vitest";
import type { RedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import { Gate } from "../../../contract/bus/bus-harness.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, messageOf, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

/** Views are taken for dead after three of them, and streams are trimmed once two have passed. */
const REFRESH_MS = 300;
const limits = { refreshMs: REFRESH_MS };
const STREAM = `faults:engineLogic:log:${LOGIC.topic}`;

describeWith(REDIS, "the streams of the Redis bus", () => {
  const network = Network.ofTests();
  const lengthOf = async (server: RedisServer, stream = STREAM): Promise<number> =>
    Number(await network.command(server, "XLEN", stream));

  it("shrink to nothing once everybody has acknowledged, though that be long after the last message", async () => {
    const server = await network.server();
    const { url } = server;
    const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
    const gate = new Gate();
    b.channel("engineLogic").subscribe(LOGIC.topic, () => gate.opened, { name: "slow" });
    const quick = Ledger.read(b, LOGIC, { name: "quick" });
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    for (let round = 0; round < 10; round += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await quick.holdsAllOf(publisher);
    const begin = performance.now();
    await until("it was trimmed twice", () => performance.now() - begin > 2_200);
    expect(await lengthOf(server)).toBe(10);
    gate.open();
    await until("it is empty", async () => (await lengthOf(server)) === 0);
    expect(a.stats().links?.engineLogic.trimmedUnread).toBe(0);
  });

  it("of which nobody reads do not grow", async () => {
    const server = await network.server();
    const a = await network.open("a", { url: server.url, limits });
    for (const at of [LOGIC, GPU]) {
      const publisher = new Publisher(a, at, "p");
      publisher.publish(10);
      await publisher.allSettled();
      const stream = `faults:${at.channel}:log:${at.topic}`;
      await until("it is empty", async () => (await lengthOf(server, stream)) === 0);
    }
  });

  it("lose what is beyond the bound, unread, count it, and go on with the rest", async () => {
    const server = await network.server();
    const { url } = server;
    const log = new LoggedLines();
    const a = await network.open("a", { url, log, limits: { ...limits, streamEntries: 20 } });
    const b = await network.open("b", { url, limits });
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish();
    await publisher.allSettled();
    await reader.holdsAllOf(publisher);
    // It has a group, and nobody reads for it: its node died.
    await network.command(server, "XGROUP", "CREATE", STREAM, "gone", "$");
    await network.command(server, "HSET", `faults:engineLogic:readers:${LOGIC.topic}`, "gone~1", "0");
    await network.command(server, "INCR", `faults:engineLogic:version:${LOGIC.topic}`);
    for (let entry = 0; entry < 50; entry += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await reader.holdsAllOf(publisher);
    await until("it is cut", async () => (await lengthOf(server)) <= 20);
    const unread = a.stats().links?.engineLogic.trimmedUnread ?? 0;
    expect(unread).toBeGreaterThanOrEqual(30);
    expect(log.with("gone is too far behind").length).toBeGreaterThan(0);
    const rest = (await network.command(
      server,
      ...["XREADGROUP", "GROUP", "gone", "one", "COUNT", 100, "STREAMS", STREAM, ">"],
    )) as [[string, unknown[]]];
    expect(rest[0][1]).toHaveLength(50 - unread);
  });

  it("count as unread what was given to somebody and never acknowledged, where that is cut off", async () => {
    const server = await network.server();
    const a = await network.open("a", { url: server.url, limits: { ...limits, streamEntries: 10 } });
    await network.command(server, "XGROUP", "CREATE", STREAM, "gone", "$", "MKSTREAM");
    await network.command(server, "HSET", `faults:engineLogic:readers:${LOGIC.topic}`, "gone~1", "0");
    await network.command(server, "INCR", `faults:engineLogic:version:${LOGIC.topic}`);
    const publisher = new Publisher(a, LOGIC, "p");
    const publish = async (count: number): Promise<void> => {
      for (let entry = 0; entry < count; entry += 1) {
        publisher.publish();
        await publisher.allSettled();
      }
    };
    await publish(5);
    const [[, given]] = (await network.command(
      server,
      ...["XREADGROUP", "GROUP", "gone", "one", "COUNT", 100, "STREAMS", STREAM, ">"],
    )) as [[string, unknown[]]];
    expect(given.length).toBeGreaterThan(0);
    await publish(30);
    // Counted once the server has answered, which others may see a moment before.
    const counted = async (all: number): Promise<boolean> => {
      const left = await lengthOf(server);
      return left <= 10 && a.stats().links?.engineLogic.trimmedUnread === all - left;
    };
    await until("it is cut, and counted", () => counted(35));
    // Once, however often others are cut off later.
    await publish(30);
    await until("it is cut again, and counted", () => counted(65));
  });

  it("let whoever was too far behind take part again, and its publishers go", { timeout: 60_000 }, async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: server.url, limits: { ...limits, streamEntries: 10 } });
    const b = await network.open("b", { url: proxy.url, limits });
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    proxy.refuses = true;
    await until("it is cut off", () => b.stats().links?.engineLogic.connected === false);
    const publisher = new Publisher(a, LOGIC, "p");
    let published = 0;
    // How many share an entry depends on how fast the server is.
    await until("the stream is cut", () => {
      publisher.publish();
      published += 1;
      return (a.stats().links?.engineLogic.trimmedUnread ?? 0) > 0;
    });
    await publisher.allSettled();
    proxy.heal();
    await until("it is back", () => b.stats().links?.engineLogic.connected === true);
    publisher.publish(5);
    await until("the last one is there", () => reader.sequencesOf(publisher).includes(published + 4));
    await publisher.allSettled();
    const sequences = reader.sequencesOf(publisher);
    expect(sequences).toEqual(upTo(published + 5).slice(-sequences.length));
    expect(sequences.length).toBeLessThan(published + 5);
  });

  it("of dead letters can be read by whoever has a Redis client", async () => {
    const server = await network.server();
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    b.channel("engineLogic").subscribe(LOGIC.topic, () => Promise.reject(new Error("no effect")), { name: "reader" });
    await b.settled();
    await a.channel("engineLogic").publish(LOGIC.topic, messageOf("p", 7, { data: { what: "ever" } }));
    const read = async (): Promise<[string, string[]][]> =>
      (await network.command(server, "XRANGE", "faults:engineLogic:dead-letters", "-", "+")) as [string, string[]][];
    await until("it is there", async () => (await read()).length === 1);
    const [[, [name, text]]] = (await read()) as [[string, [string, string]]];
    expect(name).toBe("letter");
    expect(JSON.parse(text)).toMatchObject({
      ...{
        channel: "engineLogic",
        topic: LOGIC.topic,
        subscription: "reader",
        attempts: 3,
        reason: "Error: no effect",
      },
      message: { id: "p-7", source: "p", sequence: 7, data: { what: "ever" } },
    });
  });

  it("of several networks on one server, and of several buses in one process, are kept apart", async () => {
    const { url } = await network.server();
    const open = async (nodeId: string, namespace: string): Promise<RedisBus> =>
      network.open(nodeId, { url, namespace });
    // The same nodes in both.
    const buses = [await open("a", "one"), await open("b", "one"), await open("a", "two"), await open("b", "two")];
    for (const at of [LOGIC, GPU, MARKET]) {
      const ledgers = buses.map((bus) => Ledger.read(bus, at, { whenSlow: "drop" }));
      await Promise.all(buses.map((bus) => bus.settled()));
      const publishers = buses.map((bus, index) => new Publisher(bus, at, `p${index}`));
      for (const publisher of publishers) publisher.publish(20);
      for (const publisher of publishers) await publisher.allSettled();
      for (const [index, ledger] of ledgers.entries()) {
        const own = index < 2 ? publishers.slice(0, 2) : publishers.slice(2);
        for (const publisher of own) await ledger.holdsAllOf(publisher);
        expect(ledger.messages).toHaveLength(40);
      }
    }
  });
});
