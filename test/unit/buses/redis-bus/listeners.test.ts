// Readers that listen, and what becomes of what was only pushed to them while something else goes wrong at the server.
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { REDIS, type RedisServer } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, Publisher, upTo } from "./support/numbered.js";
import { until } from "./support/until.js";

const LARGE = { text: "x".repeat(100_000) };

describeWith(REDIS, "readers that listen", () => {
  const network = Network.ofTests();

  async function configure(server: RedisServer, name: string, value: string): Promise<void> {
    await network.command(server, "CONFIG", "SET", name, value);
  }

  async function publish(publisher: Publisher, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      publisher.publish();
      await publisher.allSettled();
      await wait(3);
    }
  }

  it("are given what was refused for a moment before what came after it", async () => {
    const server = await network.server();
    const { url } = server;
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    await publish(publisher, 5);
    for (let round = 0; round < 5; round += 1) {
      await configure(server, "min-replicas-to-write", "1");
      publisher.publish(1, { data: LARGE });
      await wait(2);
      publisher.publish();
      await wait(3);
      await configure(server, "min-replicas-to-write", "0");
      await publisher.allSettled();
    }
    reader.expectExactly(publisher, upTo(15));
    expect(b.stats().links?.engineLogic).toMatchObject({ missing: 0, duplicates: 0 });
  });

  it("do not hear again what was done before they closed and opened again", async () => {
    const { url } = await network.server();
    const [a, b, c] = [
      await network.open("a", { url }),
      await network.open("b", { url }),
      await network.open("c", { url }),
    ];
    // Has all that is pushed go to the stream as well.
    b.channel(LOGIC.channel).subscribe(LOGIC.topic, () => wait(60), { name: "slow", queue: 1_000 });
    const publisher = new Publisher(a, LOGIC, "p");
    for (let round = 0; round < 3; round += 1) {
      const first = Ledger.read(c, LOGIC);
      await Promise.all([b.settled(), c.settled()]);
      for (let count = 0; count < 4; count += 1) {
        await publish(publisher, 1);
        await wait(80);
      }
      publisher.publish();
      await publisher.allSettled();
      expect(first.sequencesOf(publisher)).toContain(publisher.count - 1);
      first.subscription?.close();
      const again = Ledger.read(c, LOGIC);
      await c.settled();
      await wait(150);
      again.expectExactly(publisher, []);
      again.subscription?.close();
      await wait(50);
    }
  });

  it("are not all there is: a node that died is kept everything for, also where the server did not take note of it", async () => {
    const server = await network.server({ args: ["--maxmemory-policy", "noeviction"] });
    const { url } = server;
    const proxy = await network.proxy(server);
    const limits = { refreshMs: 300 };
    const [a, b] = [await network.open("a", { url, limits }), await network.open("b", { url, limits })];
    const dead = await network.open("dead", { url: proxy.url, limits });
    for (const bus of [b, dead]) Ledger.read(bus, LOGIC);
    await Promise.all([b.settled(), dead.settled()]);
    const publisher = new Publisher(a, LOGIC, "p");
    await publish(publisher, 5);
    proxy.refuses = true;
    publisher.publish();
    // It is in the stream, as one has not taken it; and now nothing can be written.
    await wait(200);
    await configure(server, "maxmemory", "1");
    await publisher.allSettled();
    await configure(server, "maxmemory", "0");
    await publish(publisher, 30);
    const next = await network.open("dead", { url, incarnation: "2", limits });
    const back = Ledger.read(next, LOGIC);
    await next.settled();
    await until("all of it is there", () => back.sequencesOf(publisher).length === 31);
    back.expectExactly(publisher, upTo(36).slice(5));
  });

  it("or only read are found again by who sends anew what the server lost", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const limits = { refreshMs: 1_000 };
    const [a, b] = [
      await network.open("a", { url: server.url, limits }),
      await network.open("b", { url: proxy.url, limits }),
    ];
    const readers = [LOGIC, GPU].map((at) => Ledger.read(b, at));
    await b.settled();
    const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
    proxy.refuses = true;
    for (const publisher of publishers) publisher.publish(3);
    // Time enough to know for whom they are.
    await wait(300);
    await network.command(server, "FLUSHALL");
    proxy.heal();
    for (const [index, publisher] of publishers.entries()) {
      await publisher.allSettled();
      readers[index]?.expectExactly(publisher, upTo(3));
    }
  });
});
