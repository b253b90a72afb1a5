// Redis that is not there at the start, or lets nobody in; and stopping while it is away.
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { REDIS } from "../../../support/redis-server.js";
import { describeWith } from "../../../support/requirements.js";
import { codeOf } from "./support/error-code.js";
import { LoggedLines } from "./support/logged-lines.js";
import { Network } from "./support/network.js";
import { GPU, Ledger, LOGIC, MARKET, messageOf, Publisher } from "./support/numbered.js";
import { until, within } from "./support/until.js";

/** "A second or so", on a busy machine. */
const STOPPED_MS = 2_500;
const PASSWORD = "open-sesame-4711";

describeWith(REDIS, "the Redis bus at its start and end", () => {
  const network = Network.ofTests();

  it("works alone without Redis, and with the others once it is there", async () => {
    const server = await network.server({ keepsData: true });
    const { url } = server;
    await server.kill();
    const log = new LoggedLines();
    const a = await network.open("a", { url, log });
    const b = await network.open("b", { url, atStart: "wait" });
    expect(log.with(`Redis is not reachable: redis://127.0.0.1:${server.port}`)).toHaveLength(1);
    const [here, there] = [Ledger.read(a, LOGIC), Ledger.read(b, LOGIC)];
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(10);
    here.expectExactly(publisher, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await server.start();
    await until("both are connected", () => [a, b].every((bus) => bus.stats().links?.engineLogic.connected === true));
    await Promise.all([a.settled(), b.settled()]);
    // Whether the first ten came before the other had its place is chance; from now on it has.
    publisher.publish(10);
    await publisher.allSettled();
    expect(publisher.outcomes).toEqual({ taken: 20 });
    await until("the last one is there", () => there.sequencesOf(publisher).includes(19));
    const seen = there.sequencesOf(publisher);
    expect(seen.slice(-10)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(seen).toEqual([...new Set(seen)].toSorted((x, y) => x - y));
  });

  it("fails to start without Redis, where it is to, and names the address", async () => {
    const server = await network.server();
    await server.kill();
    const url = `redis://user:${PASSWORD}@127.0.0.1:${server.port}/2`;
    const log = new LoggedLines();
    const bus = network.create("a", { url, log, atStart: "fail" });
    const failure: unknown = await bus.start().catch((error: unknown) => error);
    expect(codeOf(failure)).toBe("NOT_SERVING");
    expect(String(failure)).toContain(`redis://127.0.0.1:${server.port}/2`);
    expect(String(failure)).toMatch(/ECONNREFUSED/);
    await bus.stop();
    expectNoSecret(failure, log);
  });

  it("uses the database that it is to, and no other where the server refuses it", async () => {
    const server = await network.server();
    const at = (database: number): string => `${server.url}/${database}`;
    const [one, same, other] = [
      await network.open("one", { url: at(1) }),
      await network.open("same", { url: at(1) }),
      await network.open("other", { url: at(2) }),
    ];
    const [there, elsewhere] = [Ledger.read(same, GPU), Ledger.read(other, GPU)];
    await Promise.all([same.settled(), other.settled()]);
    const publisher = new Publisher(one, GPU, "p");
    publisher.publish(5);
    await publisher.allSettled();
    there.expectExactly(publisher, [0, 1, 2, 3, 4]);
    elsewhere.expectExactly(publisher, []);
    const refused = network.create("refused", { url: at(99), atStart: "fail" });
    expect(String(await refused.start().catch((error: unknown) => error))).toMatch(/database|DB index/);
    expect(refused.stats().links?.engineLogic.connected).toBe(false);
    await refused.stop();
    expect(await network.command(server, "DBSIZE")).toBe(0);
  });

  it("fails to start, where it is to, with an address that answers nothing", async () => {
    const proxy = await network.proxy(await network.server());
    proxy.blackhole({ alsoNew: true });
    const bus = network.create("a", { url: proxy.url, atStart: "fail" });
    await expect(bus.start()).rejects.toMatchObject({
      code: "NOT_SERVING",
      message: expect.stringMatching(`redis://127.0.0.1:${proxy.port}: .*timeout`) as string,
    });
    await bus.stop();
  });

  it("is let in with the password of its address, and tells nobody", async () => {
    const server = await network.server({ args: ["--requirepass", PASSWORD] });
    const log = new LoggedLines();
    const url = `redis://:${PASSWORD}@127.0.0.1:${server.port}`;
    const [a, b] = [
      await network.open("a", { url, log, atStart: "fail" }),
      await network.open("b", { url, log, atStart: "fail" }),
    ];
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(3);
    await publisher.allSettled();
    await reader.holdsAllOf(publisher);
    await server.kill();
    await until("it is noticed", () => log.with("not reachable").length >= 4);
    expectNoSecret(undefined, log);
  });

  for (const [what, user] of [
    ["a wrong password", `:wrong-${PASSWORD}@`],
    ["a wrong user", `somebody:${PASSWORD}@`],
    ["no password", ""],
  ] as const) {
    it(`says what is wrong with ${what}, without it`, async () => {
      const server = await network.server({ args: ["--requirepass", PASSWORD] });
      const log = new LoggedLines();
      const url = `redis://${user}127.0.0.1:${server.port}`;
      const failing = network.create("a", { url, log, atStart: "fail" });
      const failure: unknown = await failing.start().catch((error: unknown) => error);
      expect(codeOf(failure)).toBe("NOT_SERVING");
      expect(String(failure)).toMatch(/WRONGPASS|NOAUTH/);
      expect(String(failure)).toContain(`redis://127.0.0.1:${server.port}`);
      await failing.stop();
      const waiting = network.create("b", { url, log, atStart: "wait" });
      await waiting.start();
      const reader = Ledger.read(waiting, MARKET);
      const publisher = new Publisher(waiting, MARKET, "p");
      publisher.publish();
      await publisher.allSettled();
      await reader.holdsAllOf(publisher);
      expectNoSecret(failure, log);
      await waiting.stop();
    });
  }

  it("stops within a second or so while Redis is away, and fails whoever waits", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: proxy.url });
    const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
    await server.kill();
    await until("it is noticed", () => a.stats().links?.neuralGpu.connected === false);
    for (const publisher of publishers) publisher.publish(10);
    await expectToStop(a.stop());
    for (const publisher of publishers) {
      await publisher.allSettled(1_000);
      expect(publisher.outcomes).toEqual({ NOT_SERVING: 10 });
    }
    await expect(a.channel("engineLogic").publish(LOGIC.topic, messageOf("p", 0))).rejects.toMatchObject({
      code: "NOT_SERVING",
    });
    await expect(a.start()).rejects.toMatchObject({ code: "NOT_SERVING" });
  });

  it("stops within a second or so while Redis does not answer, and closes its connections", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: proxy.url });
    const b = await network.open("b", { url: server.url });
    for (const at of [LOGIC, GPU]) {
      Ledger.read(a, at);
      Ledger.read(b, at);
    }
    await Promise.all([a.settled(), b.settled()]);
    const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
    proxy.blackhole({ alsoNew: true });
    for (const publisher of publishers) publisher.publish(10);
    await turn();
    await expectToStop(a.stop());
    for (const publisher of publishers) {
      await publisher.allSettled(1_000);
      expect(publisher.outcomes).toEqual({ NOT_SERVING: 10 });
    }
    await until("no connection of it is open", () => proxy.openClients === 0, 5_000);
  });

  it("stops at once while its first connections are being made", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    proxy.blackhole({ alsoNew: true });
    const a = network.create("a", { url: proxy.url });
    const starting = a.start();
    await until("it tries to connect", () => proxy.accepted === 8);
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(3);
    await expectToStop(a.stop());
    expect(publisher.outcomes).toEqual({ NOT_SERVING: 3 });
    await within(STOPPED_MS, "the start ends", starting);
    await until("no connection of it is open", () => proxy.openClients === 0, 5_000);
  });
});

async function expectToStop(stopping: Promise<void>): Promise<void> {
  await within(STOPPED_MS, "stopping", stopping);
}

function expectNoSecret(failure: unknown, log: LoggedLines): void {
  const told = [String(failure), JSON.stringify(failure), (failure as Error | undefined)?.stack, ...log.lines];
  for (let cause = failure; cause instanceof Error; cause = cause.cause)
    told.push(String(cause), JSON.stringify(cause));
  expect(log.lines.length).toBeGreaterThan(0);
  expect(told.filter((line) => line?.includes("sesame"))).toEqual([]);
}
