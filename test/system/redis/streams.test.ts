// What is in Redis: streams that shrink, backlogs that are bounded, dead letters for any client, networks kept apart, and what others
// put there.
import { expect, it } from "vitest";
import type { RedisBus } from "../../../src/buses/redis-bus/redis-bus.js";
import { Gate } from "../../contract/bus/bus-harness.js";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { messageOf } from "../../unit/buses/redis-bus/support/message.js";
import { BusNetwork } from "./support/bus-network.js";
import { LoggedLines } from "./support/logged-lines.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

/** Views are taken for dead after three of them, and streams are trimmed once two have passed. */
const limits = { refreshMs: 300 };
const STREAM = `faults:engineLogic:log:${LOGIC.topic}`;

describeWith(REDIS, "the streams of the Redis bus", () => {
  const network = BusNetwork.ofTests();
  const lengthOf = async (server: RedisServer, stream = STREAM): Promise<number> =>
    Number(await network.command(server, "XLEN", stream));

  it("shrink to nothing once everybody has acknowledged, and do not grow where nobody reads", async () => {
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
    await until("all of it is there", async () => (await lengthOf(server)) === 10);
    const unread = { ...GPU, topic: "faults.unread" };
    const alone = new Publisher(a, unread, "q");
    alone.publish(10);
    await alone.allSettled();
    gate.open();
    for (const stream of [STREAM, `faults:neuralGpu:log:${unread.topic}`])
      await until("it is empty", async () => (await lengthOf(server, stream)) === 0);
    expect(a.stats().links?.engineLogic.trimmedUnread).toBe(0);
  });

  it("lose what is beyond the bound, count what was unread or never acknowledged, and go on with the rest", async () => {
    const server = await network.server();
    const log = new LoggedLines();
    const a = await network.open("a", { url: server.url, log, limits: { ...limits, streamEntries: 10 } });
    // It has a group, and nobody reads for it: its node died.
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
    const read = ["XREADGROUP", "GROUP", "gone", "one", "COUNT", 100, "STREAMS", STREAM, ">"] as const;
    await publish(5);
    const [[, given]] = (await network.command(server, ...read)) as [[string, unknown[]]];
    expect(given).toHaveLength(5);
    await publish(30);
    // Counted once the server has answered, which others may see a moment before.
    await until("it is cut, and counted", async () => {
      const left = await lengthOf(server);
      return left <= 10 && a.stats().links?.engineLogic.trimmedUnread === 35 - left;
    });
    expect(log.with("gone is too far behind").length).toBeGreaterThan(0);
    const left = await lengthOf(server);
    const [[, rest]] = (await network.command(server, ...read)) as [[string, unknown[]]];
    expect(rest).toHaveLength(left);
  });

  it("let whoever was too far behind take part again, and its publishers go", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: server.url, limits: { ...limits, streamEntries: 10 } });
    const b = await network.open("b", { url: proxy.url, limits });
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    proxy.refuses = true;
    await until("it is cut off", () => b.stats().links?.engineLogic.connected === false);
    const publisher = new Publisher(a, LOGIC, "p");
    // How many share an entry depends on how fast the server is.
    await until("the stream is cut", () => {
      publisher.publish();
      return (a.stats().links?.engineLogic.trimmedUnread ?? 0) > 0;
    });
    await publisher.allSettled();
    proxy.heal();
    await until("it is back", () => b.stats().links?.engineLogic.connected === true);
    publisher.publish(5);
    await until("the last one is there", () => reader.sequencesOf(publisher).includes(publisher.count - 1));
    await publisher.allSettled();
    const sequences = reader.sequencesOf(publisher);
    expect(sequences).toEqual(upTo(publisher.count).slice(-sequences.length));
    expect(sequences.length).toBeLessThan(publisher.count);
  });

  it("of dead letters can be read by any Redis client", async () => {
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
      ...{ channel: "engineLogic", topic: LOGIC.topic, subscription: "reader", attempts: 3 },
      reason: "Error: no effect",
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

  it("hold what is no batch, where others write to them: passed over, counted and told once each", async () => {
    const server = await network.server();
    const log = new LoggedLines();
    const [a, b] = [
      await network.open("a", { url: server.url, log }),
      await network.open("b", { url: server.url, log }),
    ];
    const flows = [LOGIC, GPU, MARKET].map((at) => ({
      at,
      reader: Ledger.read(b, at, { whenSlow: "drop" }),
      publisher: new Publisher(a, at, "p"),
    }));
    await b.settled();
    const wrong = ["", "{}", '{"format":2}', JSON.stringify({ format: 1, from: "x~1", sequence: 0, messages: [] })];
    for (const text of wrong) {
      for (const { at, publisher } of flows) {
        const log = `faults:${at.channel}:log:${at.topic}`;
        if (at === MARKET) await network.command(server, "PUBLISH", `faults:marketData:live:${at.topic}`, text);
        else {
          await network.command(server, "XADD", log, "*", "head", text);
          await network.command(server, "XADD", `faults:${at.channel}:acks:a~1`, "*", "acks", text);
        }
        publisher.publish();
      }
    }
    for (const { at, reader, publisher } of flows) {
      await publisher.allSettled();
      await reader.holdsAllOf(publisher);
      const malformed = (bus: RedisBus): number => bus.stats().links?.[at.channel].malformed ?? 0;
      await until("batches are counted", () => malformed(b) === wrong.length);
      if (at !== MARKET) await until("acknowledgements are counted", () => malformed(a) === wrong.length);
    }
    expect(log.with("passed over")).toHaveLength(5 * wrong.length);
    expect(log.lines).toHaveLength(5 * wrong.length);
    const pending = async (): Promise<unknown> => network.command(server, "XPENDING", STREAM, "b");
    await until("none of it is left to do", async () => ((await pending()) as unknown[])[0] === 0);
  });
});
