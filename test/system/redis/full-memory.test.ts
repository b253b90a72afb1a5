// A Redis without memory for more: publishers are told, what is there is read and acknowledged, and it goes on once there is room.
import { expect, it } from "vitest";
import { Gate } from "../../contract/bus/bus-harness.js";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { messageOf } from "../../unit/buses/redis-bus/support/message.js";
import { BusNetwork } from "./support/bus-network.js";
import { GPU, Ledger, LOGIC, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const FILLING = { text: "x".repeat(100_000) };
const REFRESH_MS = 300;
const limits = { refreshMs: REFRESH_MS };

describeWith(REDIS, "the Redis bus when the memory of Redis is full", () => {
  const network = BusNetwork.ofTests();
  const serve = (): Promise<RedisServer> => network.server({ args: ["--maxmemory-policy", "noeviction"] });

  it("tells publishers so, goes on reading, and takes more once there is room", async () => {
    const server = await serve();
    const { url } = server;
    const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
    const gate = new Gate();
    const flows = [LOGIC, GPU].map((at) => {
      const reader = new Ledger();
      reader.subscription = b.channel(at.channel).subscribe(
        at.topic,
        async (message) => {
          reader.put(message);
          await gate.opened;
        },
        { name: "reader", queue: 4 },
      );
      return { at, reader, publisher: new Publisher(a, at, "p") };
    });
    await b.settled();
    for (const { at, publisher } of flows) {
      // A node is away for which all is kept: nothing is only pushed.
      await network.command(server, "HSET", `faults:${at.channel}:readers:${at.topic}`, "gone~1", "0");
      await network.command(server, "INCR", `faults:${at.channel}:version:${at.topic}`);
      publisher.publish(20);
      await until("some are taken", () => publisher.ends.size >= 4);
    }
    await setMemory(server, "1");
    for (const { at, publisher } of flows) {
      publisher.publish(10);
      await until("those are refused", () => publisher.endedAs("OVERLOADED").length === 10);
      await expect(a.channel(at.channel).publish(at.topic, messageOf("q", 0))).rejects.toThrow(/OOM/);
      expect(a.stats().links?.[at.channel].refusal).toMatch(/^OOM/);
    }
    gate.open();
    const begin = performance.now();
    for (const { reader, publisher } of flows) await reader.holds(publisher, 20);
    // Longer than the life of a view: nobody takes the others for dead meanwhile.
    await until("a life has passed", () => performance.now() - begin > 5 * REFRESH_MS);
    await setMemory(server, "0");
    for (const { at, reader, publisher } of flows) {
      await publisher.allSettled();
      expect(publisher.outcomes).toEqual({ OVERLOADED: 10, taken: 20 });
      publisher.publish(20);
      await publisher.allSettled();
      await reader.holds(publisher, 40);
      const taken = publisher.endedAs("taken").toSorted((x, y) => x - y);
      reader.expectExactly(publisher, taken);
      expect(b.stats().links?.[at.channel].malformed).toBe(0);
    }
  });

  it("lets what is small through to those who listen", async () => {
    const server = await serve();
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    // From then on it is known who listens: the first of a sender is read, the second heard.
    for (let count = 0; count < 2; count += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await setMemory(server, "1");
    for (let count = 0; count < 20; count += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    expect(publisher.outcomes).toEqual({ taken: 22 });
    reader.expectExactly(publisher, upTo(22));
  });

  it("frees by itself what was read, and goes on", async () => {
    const server = await serve();
    const { url } = server;
    const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const used = /^used_memory:(\d+)/m.exec(String(await network.command(server, "INFO", "memory")))?.[1];
    await setMemory(server, String(Number(used) + 3_000_000));
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

  async function setMemory(server: RedisServer, bytes: string): Promise<void> {
    await network.command(server, "CONFIG", "SET", "maxmemory", bytes);
  }
});
