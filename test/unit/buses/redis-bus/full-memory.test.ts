// A Redis without memory for more: publishers are told, what is there is read and acknowledged, and it goes on once there is room.
import { expect, it } from "vitest";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Gate } from "../../../contract/bus/bus-harness.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, messageOf, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const FILLING = { text: "x".repeat(100_000) };

describeWith(REDIS, "the Redis bus when the memory of Redis is full", () => {
  const network = Network.ofTests();

  for (const at of [LOGIC, GPU]) {
    it(`tells publishers on ${at.channel} so, goes on reading, and takes more once there is room`, async () => {
      const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
      const { url } = server;
      const limits = { refreshMs: 500 };
      const log = new LoggedLines();
      const a = await network.open("a", { url, limits, log });
      const b = await network.open("b", { url, limits, log });
      const gate = new Gate();
      const reader = new Ledger();
      reader.subscription = b.channel(at.channel).subscribe(
        at.topic,
        async (message) => {
          reader.put(message);
          await gate.opened;
        },
        { name: "reader", queue: 4 },
      );
      await b.settled();
      // A node is away for which all is kept: nothing is only pushed.
      await network.command(server, "HSET", `faults:${at.channel}:readers:${at.topic}`, "gone~1", "0");
      await network.command(server, "INCR", `faults:${at.channel}:version:${at.topic}`);
      const publisher = new Publisher(a, at, "p");
      publisher.publish(20);
      await until("some are taken", () => publisher.ends.size >= 4);
      const taken = publisher.ends.size;
      await setMemory(server, "1");
      publisher.publish(10);
      await until("those are refused", () => publisher.endedAs("OVERLOADED").length === 10);
      await expect(a.channel(at.channel).publish(at.topic, messageOf("q", 0))).rejects.toThrow(/OOM/);
      expect(publisher.ends.size).toBe(taken + 10);
      expect(a.stats().links?.[at.channel].refusal).toMatch(/^OOM/);
      expect(b.stats().links?.[at.channel].refusal).toBeUndefined();
      gate.open();
      // Longer than the life of a view: nobody takes the others for dead meanwhile.
      const begin = performance.now();
      await reader.holds(publisher, 20);
      await until("a life has passed", () => performance.now() - begin > 2_500);
      publisher.publish();
      await until("it is still full", () => publisher.endedAs("OVERLOADED").length === 11);
      await setMemory(server, "0");
      await publisher.allSettled();
      expect(publisher.outcomes).toEqual({ OVERLOADED: 11, taken: 20 });
      publisher.publish(20);
      await publisher.allSettled();
      await reader.holds(publisher, 40);
      reader.expectExactly(
        publisher,
        publisher.endedAs("taken").toSorted((x, y) => x - y),
      );
      expect(b.stats().links?.[at.channel].malformed).toBe(0);
      expect(log.with("not reachable")).toEqual([]);
    });
  }

  it("lets what is small through to those who listen", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warmUp(publisher);
    await setMemory(server, "1");
    for (let count = 0; count < 20; count += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    expect(publisher.outcomes).toEqual({ taken: 22 });
    reader.expectExactly(publisher, upTo(22));
  });

  it("keeps what a listener has not taken yet until it has, and then forgets it", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const gate = new Gate();
    const reader = new Ledger();
    const take = async (message: Envelope): Promise<void> => {
      reader.put(message);
      await gate.opened;
    };
    b.channel(LOGIC.channel).subscribe(LOGIC.topic, take, { name: "reader", queue: 2 });
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await warmUp(publisher);
    await setMemory(server, "1");
    publisher.publish(10);
    await until("some are taken", () => publisher.ends.size >= 3);
    const begin = performance.now();
    await until("the rest should have gone to the stream", () => performance.now() - begin > 500);
    gate.open();
    await publisher.allSettled();
    expect(publisher.outcomes).toEqual({ taken: 12 });
    reader.expectExactly(publisher, upTo(12));
    // What had its effect is not written once there is room: it would be done again by the next start.
    await setMemory(server, "0");
    const before = await entriesOf(server);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await entriesOf(server)).toBe(before);
  });

  it("frees by itself what was read, and goes on", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const { url } = server;
    const limits = { refreshMs: 300 };
    const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    await setMemory(server, String((await usedMemory(server)) + 3_000_000));
    const publisher = new Publisher(a, LOGIC, "p");
    // Three times of what there is room for.
    await until("it took more than it can hold", () => {
      if (publisher.ends.size === publisher.count) publisher.publish(1, { data: FILLING });
      return publisher.endedAs("taken").length >= 100;
    });
    expect(publisher.outcomes["OVERLOADED"]).toBeGreaterThan(0);
    await publisher.allSettled();
    await until("all that was taken is read", () => reader.messages.length === publisher.endedAs("taken").length);
    reader.expectExactly(publisher, publisher.endedAs("taken"));
  });

  it("is read also by who comes back while it is full, which makes room", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const proxy = await network.proxy(server);
    const limits = { refreshMs: 1_000 };
    const log = new LoggedLines();
    const a = await network.open("a", { url: server.url, limits });
    const b = await network.open("b", { url: proxy.url, limits, log });
    const readers = [LOGIC, GPU].map((at) => Ledger.read(b, at));
    await b.settled();
    const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
    proxy.refuses = true;
    await setMemory(server, String((await usedMemory(server)) + 3_000_000));
    await until("it is full", () => {
      for (const publisher of publishers) publisher.publish(1, { data: FILLING });
      return publishers.every(({ outcomes }) => outcomes["OVERLOADED"] !== undefined);
    });
    // Not a byte more, whatever the server frees of its own.
    await setMemory(server, "1");
    proxy.heal();
    await until("all is read", () =>
      publishers.every((publisher, index) => {
        const kept = publisher.count - publisher.endedAs("OVERLOADED").length;
        return kept > 5 && readers[index]?.messages.length === kept;
      }),
    );
    await setMemory(server, String((await usedMemory(server)) + 3_000_000));
    for (const [index, publisher] of publishers.entries()) {
      await publisher.allSettled();
      await readers[index]?.holds(publisher, publisher.endedAs("taken").length);
      readers[index]?.expectExactly(
        publisher,
        publisher.endedAs("taken").toSorted((x, y) => x - y),
      );
    }
    expect(log.with("cannot be read").length).toBeLessThan(10);
  });

  /** From then on it is known who listens: the first of a sender is read, the second heard. */
  async function warmUp(publisher: Publisher): Promise<void> {
    for (let count = 0; count < 2; count += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
  }

  /** That the stream ever had. */
  async function entriesOf(server: RedisServer): Promise<number> {
    const stream = `faults:engineLogic:log:${LOGIC.topic}`;
    const info = (await network.command(server, "XINFO", "STREAM", stream)) as unknown[];
    return Number(info[info.indexOf("entries-added") + 1]);
  }

  async function usedMemory(server: RedisServer): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(String(await network.command(server, "INFO", "memory")))?.[1]);
  }

  async function setMemory(server: RedisServer, bytes: string): Promise<void> {
    await network.command(server, "CONFIG", "SET", "maxmemory", bytes);
  }
});
