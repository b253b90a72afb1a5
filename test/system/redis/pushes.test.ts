// What is pushed is in the stream as well where that is needed: whichever of both comes first or is lost, every message takes
// effect once and in order.
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import type { RedisBus } from "../../../src/buses/redis-bus/redis-bus.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { Gate } from "../../contract/bus/bus-harness.js";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { BusNetwork } from "./support/bus-network.js";
import { Ledger, LOGIC, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const STREAM = `faults:engineLogic:log:${LOGIC.topic}`;
const BACK = { ...LOGIC, topic: `${LOGIC.topic}.back` };

interface Scene {
  readonly server: RedisServer;
  readonly a: RedisBus;
  readonly b: RedisBus;
  readonly publisher: Publisher;
}

describeWith(REDIS, "small batches of engineLogic over Redis", () => {
  const network = BusNetwork.ofTests();

  /** A node that publishes and one that reads, which are let in as `user`. */
  async function open(subscribe: (b: RedisBus) => void, rights?: readonly string[]): Promise<Scene> {
    const server = await network.server();
    let { url } = server;
    if (rights !== undefined) {
      await network.command(server, "ACL", "SETUSER", "plain", "on", ">word", "~*", "&*", "+@all", ...rights);
      url = `redis://plain:word@127.0.0.1:${server.port}`;
    }
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    subscribe(b);
    await b.settled();
    return { server, a, b, publisher: new Publisher(a, LOGIC, "p") };
  }

  async function publishInTurn(publisher: Publisher, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      publisher.publish();
      await publisher.allSettled();
    }
  }

  it("are pushed and not in the stream, without an answer of the server, where they take effect at once", async () => {
    let reader!: Ledger;
    const { server, publisher } = await open((b) => (reader = Ledger.read(b, LOGIC)));
    await publishInTurn(publisher, 10);
    const [before, addedBefore] = [await commands(server), await added(server)];
    await publishInTurn(publisher, 200);
    await reader.holdsAllOf(publisher);
    const after = await commands(server);
    const grew = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    // On a busy machine one or the other may be late.
    expect((await added(server)) - addedBefore).toBeLessThan(50);
    expect(grew("client|reply")).toBeGreaterThan(150);
    expect(grew("get")).toBeLessThan(50);
  });

  it("go to the stream where they do not, and are acknowledged there when they do", async () => {
    const [gate, read] = [new Gate(), [] as number[]];
    const take = async ({ sequence }: Envelope): Promise<void> => {
      if (sequence > 0) await gate.opened;
      read.push(sequence);
    };
    const { server, b, publisher } = await open((bus) =>
      bus.channel("engineLogic").subscribe(LOGIC.topic, take, { name: "reader" }),
    );
    await publishInTurn(publisher, 2);
    await until("one is in the stream", async () => (await pending(server)) === 1);
    gate.open();
    await until("it is acknowledged there", async () => (await pending(server)) === 0);
    expect(read).toEqual(upTo(2));
    expect(b.stats().links?.engineLogic).toMatchObject({ duplicates: 0, missing: 0, malformed: 0 });
  });

  it("are in the stream before their publisher is gone, where they did not take effect", async () => {
    const [gate, read] = [new Gate(), [] as number[]];
    const take = async ({ sequence }: Envelope): Promise<void> => {
      await gate.opened;
      read.push(sequence);
    };
    const { server, a, publisher } = await open((bus) =>
      bus.channel("engineLogic").subscribe(LOGIC.topic, take, { name: "reader" }),
    );
    await publishInTurn(publisher, 3);
    await a.stop();
    expect(await pending(server)).toBeGreaterThan(0);
    gate.open();
    await until("all is done", async () => (await pending(server)) === 0);
    expect(read).toEqual(upTo(3));
  });

  it("are read where nothing is heard, or where they are too large, and each once and in order", async () => {
    let reader!: Ledger;
    const { server, publisher } = await open((b) => (reader = Ledger.read(b, LOGIC, { queue: 10_000 })));
    const large = { text: "x".repeat(100_000) };
    for (let count = 1; count < 500; count += 1) {
      publisher.publish(1, count % 50 === 25 ? { data: large } : {});
      if (count % 100 === 50) await loseListeners(server);
      await turn();
    }
    await publisher.allSettled();
    await reader.holdsAllOf(publisher);
  });

  it("are acknowledged along with what goes the other way, also where every push is answered", async () => {
    let there!: Ledger;
    const { server, a, b, publisher } = await open((bus) => (there = Ledger.read(bus, LOGIC)), ["-client|reply"]);
    const here = Ledger.read(a, BACK);
    await a.settled();
    const answering = new Publisher(b, BACK, "q");
    const ask = async (): Promise<void> => {
      publisher.publish();
      await there.holds(publisher, publisher.count);
      answering.publish();
      await here.holds(answering, answering.count);
    };
    for (let warmUp = 0; warmUp < 50; warmUp += 1) await ask();
    const before = await commands(server);
    const turns = 100;
    for (let done = 0; done < turns; done += 1) await ask();
    const after = await commands(server);
    expect(after["client|reply"] ?? 0).toBe(0);
    // Of the acknowledgements that go alone, and of what was late on a busy machine.
    expect((after["xadd"] ?? 0) - (before["xadd"] ?? 0)).toBeLessThan(turns / 2);
    await Promise.all([publisher.allSettled(), answering.allSettled()]);
  });

  it("harm nothing where the server begins to answer them all the same", async () => {
    let reader!: Ledger;
    const { server, b, publisher } = await open((bus) => (reader = Ledger.read(bus, LOGIC)), []);
    await publishInTurn(publisher, 20);
    await network.command(server, "ACL", "SETUSER", "plain", "-client|reply");
    await publishInTurn(publisher, 50);
    await reader.holdsAllOf(publisher);
    expect(publisher.outcomes).toEqual({ taken: 70 });
    expect(b.stats().links?.engineLogic).toMatchObject({ missing: 0, malformed: 0, duplicates: 0 });
  });

  it("go by what readers tell when they come, leave, and are found dead", async () => {
    const server = await network.server();
    const told: string[] = [];
    const listener = new Redis(server.url, { protocol: 2 });
    network.onClose(async () => listener.disconnect());
    listener.on("message", (_channel: string, topic: string) => told.push(topic));
    await listener.subscribe("faults:engineLogic:news");
    const limits = { refreshMs: 300 };
    const ids = ["a", "b"];
    const [a, b] = await Promise.all(ids.map((id) => network.open(id, { url: server.url, limits })));
    const reader = Ledger.read(b!, LOGIC);
    await b!.settled();
    await until("it is told that one came", () => told.length === 1);
    reader.subscription?.close();
    await until("it is told that it left", () => told.length === 2);
    // One that nothing keeps alive.
    await network.command(server, "HSET", `faults:engineLogic:readers:${LOGIC.topic}`, "c~1", "1");
    await network.command(server, "INCR", `faults:engineLogic:version:${LOGIC.topic}`);
    const publisher = new Publisher(a!, LOGIC, "p");
    publisher.publish();
    await publisher.allSettled();
    await until("it is told that it is dead", () => told.length === 3);
    expect(new Set(told)).toEqual(new Set([LOGIC.topic]));
  });

  it("go on after the connection was lost with some of them on the way", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const [a, b] = [await network.open("a", { url: proxy.url }), await network.open("b", { url: server.url })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await publishInTurn(publisher, 10);
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

  it("are told as refused where a reader refuses them, whatever is told at the same time", async () => {
    const server = await network.server();
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url, limits: { waiters: 1 } })];
    Ledger.read(a, BACK);
    const handled: number[] = [];
    let gate: Gate | undefined;
    const handle = async ({ sequence }: Envelope): Promise<void> => {
      handled.push(sequence);
      await gate?.opened;
    };
    b.channel("engineLogic").subscribe(LOGIC.topic, handle, { name: "slow", queue: 1 });
    await Promise.all([a.settled(), b.settled()]);
    const [publisher, back] = [new Publisher(a, LOGIC, "p"), new Publisher(b, BACK, "q")];
    const flow = async (turns: number): Promise<void> => {
      for (let left = turns; left > 0; left -= 1) {
        back.publish();
        await turn();
      }
    };
    await publishInTurn(publisher, 10);
    for (let round = 0; round < 10; round += 1) {
      gate = new Gate();
      // One is handled, one is queued, one waits, one is refused; and the effects end a moment after that.
      const before = handled.length;
      publisher.publish(4);
      while (handled.length === before) await flow(1);
      await flow(round % 8);
      gate.open();
      await flow(30);
      await publisher.allSettled();
    }
    expect(publisher.endedAs("taken").filter((sequence) => !handled.includes(sequence))).toEqual([]);
    expect(publisher.outcomes["OVERLOADED"]).toBeGreaterThan(0);
  });

  it.each([LOGIC.channel, "neuralGpu"] as const)(
    "that were published before a reader came, on %s, are neither given to it nor waited for",
    async (channel) => {
      const at = { channel, topic: "faults.late" };
      const { url } = await network.server();
      const ids = ["a", "b", "c"];
      const [a, b, c] = (await Promise.all(ids.map((id) => network.open(id, { url })))) as [
        RedisBus,
        RedisBus,
        RedisBus,
      ];
      const gate = new Gate();
      b.channel(channel).subscribe(at.topic, () => gate.opened, { name: "slow", queue: 1 });
      await b.settled();
      const publisher = new Publisher(a, at, "p");
      publisher.publish(5);
      await until("some are taken", () => publisher.ends.size > 0);
      const late = Ledger.read(c, at);
      await c.settled();
      publisher.publish(5);
      await late.holds(publisher, 5);
      gate.open();
      await publisher.allSettled(5_000);
      late.expectExactly(publisher, [5, 6, 7, 8, 9]);
      expect(publisher.outcomes).toEqual({ taken: 10 });
    },
  );

  /** How often each command was carried out. */
  async function commands(server: RedisServer): Promise<Readonly<Record<string, number>>> {
    const about = String(await network.command(server, "INFO", "commandstats"));
    const counts: Record<string, number> = {};
    for (const [, name = "", calls] of about.matchAll(/cmdstat_(\S+):calls=(\d+)/g)) counts[name] = Number(calls);
    return counts;
  }

  /** Entries that the stream ever had. */
  async function added(server: RedisServer): Promise<number> {
    const info = (await network.command(server, "XINFO", "STREAM", STREAM)) as unknown[];
    return Number(info[info.indexOf("entries-added") + 1]);
  }

  /** Entries that a reader was given and has not acknowledged. */
  async function pending(server: RedisServer): Promise<number> {
    const [count] = (await network.command(server, "XPENDING", STREAM, "b")) as [number];
    return count;
  }

  async function loseListeners(server: RedisServer): Promise<void> {
    const clients = String(await network.command(server, "CLIENT", "LIST"));
    const lost = clients.split("\n").filter((line) => line.includes(":engineLogic:listener"));
    for (const line of lost) await network.command(server, "CLIENT", "KILL", "ID", /id=(\d+)/.exec(line)![1]!);
  }
});
