// A process that reads over Redis is killed in the middle of its work: what it left is done by its next start, and nobody waits for
// one that never comes.
import { expect, it } from "vitest";
import { REDIS, type RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import type { Program } from "../support/program.js";
import { BusNetwork } from "./support/bus-network.js";
import { type Address, GPU, Ledger, LOGIC, Publisher } from "./support/numbered.js";
import { startReader, type ReaderPlan } from "./support/reader-process.js";
import { until } from "./support/until.js";

/** Who is dead is seen after three of them. */
const REFRESH_MS = 400;
const limits = { refreshMs: REFRESH_MS };

describeWith(REDIS, "a process that reads over Redis and is killed", () => {
  const network = BusNetwork.ofTests();

  async function start(server: RedisServer, at: Address, plan: Partial<ReaderPlan>): Promise<Program> {
    const own = { url: server.url, namespace: "faults", nodeId: "b", incarnation: "1", refreshMs: REFRESH_MS };
    const program = await startReader({ ...own, ...at, ...plan });
    network.onClose(() => program.remove());
    return program;
  }

  const kill = async (program: Program): Promise<void> => {
    program.signal("SIGKILL");
    await program.exited;
  };

  it("leaves what it was not done with to its next start, and what came meanwhile", async () => {
    const server = await network.server();
    const publisher = new Publisher(await network.open("a", { url: server.url, limits }), LOGIC, "p");
    const first = await start(server, LOGIC, { hangsAt: 5 });
    for (let count = 0; count < 20; count += 1) {
      publisher.publish();
      await publisher.allSettled();
    }
    await first.prints(/^begins p 5$/m);
    await until("what is done is acknowledged", async () => (await pendingOf(server)) === 15);
    await kill(first);
    publisher.publish(10);
    const second = await start(server, LOGIC, { incarnation: "2" });
    await second.prints(/^done p 29$/m);
    await publisher.allSettled();
    expect(publisher.outcomes).toEqual({ taken: 30 });
    expect(begunIn(second)).toEqual(Array.from({ length: 25 }, (_, index) => 5 + index));
    await until("all is acknowledged", async () => (await pendingOf(server)) === 0);
    publisher.publish(5);
    await second.prints(/^done p 34$/m);
    expect(begunIn(second)).toEqual(Array.from({ length: 30 }, (_, index) => 5 + index));
  });

  for (const at of [LOGIC, GPU]) {
    it(`has its publishers on ${at.channel} wait no longer than until its next start`, async () => {
      const server = await network.server();
      const publisher = new Publisher(await network.open("a", { url: server.url, limits }), at, "p");
      const first = await start(server, at, { hangsAt: 0, queue: 2 });
      publisher.publish(20);
      await first.prints(/^begins p 0$/m);
      await until("some are taken", () => publisher.ends.size > 0);
      await kill(first);
      const taken = publisher.ends.size;
      expect(taken).toBeLessThan(20);
      const second = await start(server, at, { incarnation: "2" });
      publisher.publish(5);
      await second.prints(/^done p 24$/m);
      await publisher.allSettled();
      expect(publisher.outcomes).toEqual({ taken: 25 });
      // At least once where effects count; at most once where they do not.
      const first25 = Array.from({ length: 25 }, (_, sequence) => sequence);
      expect(begunIn(second)).toEqual(at === LOGIC ? first25 : first25.slice(20));
    });

    it(`lets its publishers on ${at.channel} go when it does not come back`, async () => {
      const server = await network.server();
      const a = await network.open("a", { url: server.url, limits });
      const c = await network.open("c", { url: server.url, limits });
      const reader = Ledger.read(c, at);
      await c.settled();
      const publisher = new Publisher(a, at, "p");
      const first = await start(server, at, { hangsAt: 0, queue: 2 });
      publisher.publish(20);
      await first.prints(/^begins p 0$/m);
      await kill(first);
      publisher.publish(5);
      await publisher.allSettled(15_000);
      expect(publisher.outcomes).toEqual({ taken: 25 });
      await reader.holdsAllOf(publisher);
      const begin = performance.now();
      publisher.publish(5);
      await publisher.allSettled();
      expect(performance.now() - begin).toBeLessThan(2_000);
      if (at !== LOGIC) return;
      // Nobody waited for it, and all of it was kept.
      const late = await start(server, at, { incarnation: "2" });
      await late.prints(/^done p 29$/m);
      expect(begunIn(late)).toEqual(Array.from({ length: 30 }, (_, sequence) => sequence));
    });
  }

  it("is waited for again after it stood still for so long that it was taken for dead", async () => {
    const server = await network.server();
    const a = await network.open("a", { url: server.url, limits });
    const publisher = new Publisher(a, LOGIC, "p");
    const program = await start(server, LOGIC, { hangsAt: 2, queue: 1 });
    const isKnown = async (): Promise<boolean> =>
      ((await network.command(server, "HVALS", `faults:engineLogic:readers:${LOGIC.topic}`)) as string[]).includes("1");
    expect(await isKnown()).toBe(true);
    program.signal("SIGSTOP");
    publisher.publish(2);
    await publisher.allSettled();
    expect(await isKnown()).toBe(false);
    program.signal("SIGCONT");
    await program.prints(/^done p 1$/m);
    await until("it is known again", isKnown);
    publisher.publish(5);
    await until("it waits for a reader that is full", () => publisher.ends.size === 4);
    // Who reads is asked anew for what waits, twice a second.
    const begin = performance.now();
    await until("it was asked", () => performance.now() - begin > 1_200);
    expect(publisher.outcomes).toEqual({ taken: 4 });
  });

  async function pendingOf(server: RedisServer): Promise<number> {
    const stream = `faults:engineLogic:log:${LOGIC.topic}`;
    const [pending] = (await network.command(server, "XPENDING", stream, "b")) as [number];
    return pending;
  }
});

function begunIn({ out }: Program): number[] {
  return [...out.matchAll(/^begins p (\d+)$/gm)].map(([, sequence]) => Number(sequence));
}
