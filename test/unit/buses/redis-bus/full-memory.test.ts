// A Redis without memory for more: publishers are told, what is there is read and acknowledged, and it goes on once there is room.
import { expect, it } from "vitest";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Gate } from "../../../contract/bus/bus-harness.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, messageOf, Publisher } from "./support/numbered.js";
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
      const publisher = new Publisher(a, at, "p");
      publisher.publish(20);
      await until("some are taken", () => publisher.ends.size >= 4);
      const taken = publisher.ends.size;
      await setMemory(server, "1");
      publisher.publish(10);
      await until("those are refused", () => publisher.endedAs("OVERLOADED").length === 10);
      await expect(a.channel(at.channel).publish(at.topic, messageOf("q", 0))).rejects.toThrow(/OOM/);
      expect(publisher.ends.size).toBe(taken + 10);
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

  it("frees by itself what was read, and goes on", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const { url } = server;
    const limits = { refreshMs: 300 };
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
