// Who is let in and who is not, stopping while Redis is away, and what readers that end leave behind.
import { expect, it } from "vitest";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { codeOf } from "../../unit/buses/redis-bus/support/error-code.js";
import { BusNetwork } from "./support/bus-network.js";
import { LoggedLines } from "./support/logged-lines.js";
import { GPU, Ledger, LOGIC, MARKET, Publisher } from "./support/numbered.js";
import { until, within } from "./support/until.js";

/** "A second or so", on a busy machine. */
const STOPPED_MS = 2_500;
const PASSWORD = "open-sesame-4711";

describeWith(REDIS, "the Redis bus at its start and end", () => {
  const network = BusNetwork.ofTests();

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
    await there.holdsAllOf(publisher);
    elsewhere.expectExactly(publisher, []);
    const refused = network.create("refused", { url: at(99), atStart: "fail" });
    expect(String(await refused.start().catch((error: unknown) => error))).toMatch(/database|DB index/);
    expect(refused.stats().links?.engineLogic.connected).toBe(false);
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
  });

  it("is let in with the password of its address, says what is wrong with another, and tells nobody", async () => {
    const server = await network.server({ args: ["--requirepass", PASSWORD] });
    const log = new LoggedLines();
    const at = (user: string): string => `redis://${user}127.0.0.1:${server.port}`;
    const ids = ["a", "b"];
    const [a, b] = await Promise.all(
      ids.map((id) => network.open(id, { url: at(`:${PASSWORD}@`), log, atStart: "fail" })),
    );
    const reader = Ledger.read(b!, LOGIC);
    await b!.settled();
    const publisher = new Publisher(a!, LOGIC, "p");
    publisher.publish(3);
    await publisher.allSettled();
    await reader.holdsAllOf(publisher);
    const failures: unknown[] = [];
    for (const user of [`:wrong-${PASSWORD}@`, `somebody:${PASSWORD}@`, ""]) {
      const failing = network.create("c", { url: at(user), log, atStart: "fail" });
      const failure: unknown = await failing.start().catch((error: unknown) => error);
      expect(codeOf(failure)).toBe("NOT_SERVING");
      expect(String(failure)).toMatch(/redis:\/\/127\.0\.0\.1:\d+: .*(WRONGPASS|NOAUTH)/);
      failures.push(failure);
      const waiting = network.create("d", { url: at(user), log, atStart: "wait" });
      await waiting.start();
      // It works alone.
      const alone = new Publisher(waiting, MARKET, "p");
      const own = Ledger.read(waiting, MARKET);
      alone.publish();
      await own.holdsAllOf(alone);
      await waiting.stop();
    }
    await server.kill();
    await until("it is noticed", () => log.with("not reachable").length >= 4);
    expectNoSecret(failures, log);
  });

  it("stops within a second or so while Redis is away, and fails whoever waits", async () => {
    const server = await network.server();
    const a = await network.open("a", { url: server.url });
    const publishers = [LOGIC, GPU].map((at) => new Publisher(a, at, "p"));
    await server.kill();
    await until("it is noticed", () => a.stats().links?.neuralGpu.connected === false);
    for (const publisher of publishers) publisher.publish(10);
    await within(STOPPED_MS, "stopping", a.stop());
    for (const publisher of publishers) {
      await publisher.allSettled(1_000);
      expect(publisher.outcomes).toEqual({ NOT_SERVING: 10 });
    }
  });

  it("stops within a second or so while Redis does not answer, also at its start, and closes its connections", async () => {
    const server = await network.server();
    const proxy = await network.proxy(server);
    const a = await network.open("a", { url: proxy.url });
    const b = await network.open("b", { url: server.url });
    Ledger.read(a, LOGIC);
    Ledger.read(b, LOGIC);
    await Promise.all([a.settled(), b.settled()]);
    proxy.blackhole({ alsoNew: true });
    const accepted = proxy.accepted;
    const beginning = network.create("c", { url: proxy.url });
    const starting = beginning.start();
    await until("it tries to connect", () => proxy.accepted > accepted);
    const publishers = [a, beginning].map((bus) => new Publisher(bus, LOGIC, "p"));
    for (const publisher of publishers) publisher.publish(10);
    await within(STOPPED_MS, "stopping", Promise.all([a.stop(), beginning.stop(), starting]));
    for (const publisher of publishers) {
      await publisher.allSettled(1_000);
      expect(publisher.outcomes).toEqual({ NOT_SERVING: 10 });
    }
    await until("no connection of them is open", () => proxy.openClients === 0, 5_000);
  });

  it("leaves no readers behind that publishers would wait for", async () => {
    const { url } = await network.server();
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    for (let count = 0; count < 20; count += 1) Ledger.read(b, LOGIC).subscription?.close();
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(3);
    await publisher.allSettled(5_000);
    const reader = Ledger.read(b, LOGIC);
    await b.settled();
    publisher.publish(3);
    await publisher.allSettled(5_000);
    reader.expectExactly(publisher, [3, 4, 5]);
  });

  it("keeps what did not take effect for the next start of its node, where that is stopped in order", async () => {
    const { url } = await network.server();
    const [a, b] = [await network.open("a", { url }), await network.open("b", { url })];
    const begun: number[] = [];
    b.channel(LOGIC.channel).subscribe(
      LOGIC.topic,
      ({ sequence }) => {
        begun.push(sequence);
        return sequence < 3 ? undefined : new Promise(() => undefined);
      },
      { name: "stuck" },
    );
    await b.settled();
    const publisher = new Publisher(a, LOGIC, "p");
    publisher.publish(10);
    await publisher.allSettled();
    await until("it is stuck", () => begun.length === 4);
    await b.stop();
    const again = await network.open("b", { url, incarnation: "2" });
    const reader = Ledger.read(again, LOGIC);
    await again.settled();
    await reader.holds(publisher, 7);
    // All of the entry: it is acknowledged as a whole.
    expect(reader.sequencesOf(publisher).slice(-7)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });
});

function expectNoSecret(failures: readonly unknown[], log: LoggedLines): void {
  const told = [...log.lines];
  for (let cause of failures)
    for (; cause instanceof Error; cause = cause.cause)
      told.push(String(cause), JSON.stringify(cause), cause.stack ?? "");
  expect(log.lines.length).toBeGreaterThan(0);
  expect(told.filter((line) => line.includes("sesame"))).toEqual([]);
}
