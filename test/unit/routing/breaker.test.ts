import { describe, expect, it } from "vitest";
import { roundRobin } from "../../../src/routing/strategies/round-robin.js";
import { RoutedNetwork, failing, type Answer } from "./routed-network.js";

/** Fails as long as it is told to. */
function unsteady(network: RoutedNetwork): { readonly answer: Answer; failing: boolean } {
  const state = {
    failing: true,
    answer: (call: Parameters<Answer>[0]) => (state.failing ? failing("INTERNAL")(call) : network.after(1)(call)),
  };
  return state;
}

async function calls(network: RoutedNetwork, count: number, everyMs = 10): Promise<void> {
  for (let call = 0; call < count; call += 1) {
    void network.call();
    await network.clock.advance(everyMs);
  }
}

describe("a breaker", () => {
  it("ejects an instance that fails five times in a row, tries it again, and takes it back", async () => {
    const network = new RoutedNetwork({ breakers: true, strategy: roundRobin });
    const bad = unsteady(network);
    for (const id of ["a", "b"]) network.answering(id, network.after(1));
    network.answering("bad", bad.answer).show({ bad: "running", a: "running", b: "running" });
    const gate = () => network.router.route("E.work@1")?.byKind.operation.up[0]?.gate.mode;
    await calls(network, 30);
    expect([network.count("bad"), gate()]).toEqual([5, "open"]);
    await network.clock.advance(1_000);
    expect(gate()).toBe("half_open");
    await calls(network, 1);
    expect([network.count("bad"), gate()]).toEqual([6, "open"]);
    bad.failing = false;
    await network.clock.advance(2_000);
    await calls(network, 3);
    expect([network.count("bad"), gate()]).toEqual([9, "closed"]);
    network.router.close();
    expect(network.clock.pending).toBe(0);
  });

  it("stays open for longer each time that a trial fails", async () => {
    const network = new RoutedNetwork({ breakers: true, strategy: roundRobin });
    const triedMs: number[] = [];
    network.answering("bad", (call) => {
      triedMs.push(network.clock.nowMs());
      failing("INTERNAL")(call);
    });
    network.answering("a", network.after(1)).answering("b", network.after(1));
    network.show({ bad: "running", a: "running", b: "running" });
    await calls(network, 2_400, 50);
    const pauses = triedMs.slice(1).map((at, index) => Math.round((at - (triedMs[index] ?? 0)) / 1000));
    expect(pauses.filter((seconds) => seconds > 0).slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    network.router.close();
  });

  it("never ejects the only giver, nor more than half of several", async () => {
    for (const ids of [["a"], ["a", "b"], ["a", "b", "c", "d", "e"]]) {
      const network = new RoutedNetwork({ breakers: true });
      for (const id of ids) network.answering(id, failing("INTERNAL"));
      network.show(Object.fromEntries(ids.map((id) => [id, "running"])));
      await calls(network, 200);
      const up = network.router.route("E.work@1")?.byKind.operation.up ?? [];
      expect(up.filter(({ gate }) => !gate.isClosed).length).toBe(Math.floor(ids.length / 2));
      expect(network.sent.length).toBe(200);
      network.router.close();
    }
  });

  it("gives the permit of a trial back when its caller gives up", async () => {
    const network = new RoutedNetwork({ breakers: true, strategy: roundRobin });
    network.answering("bad", failing("INTERNAL")).answering("a", network.after(1)).answering("b", network.after(1));
    network.show({ bad: "running", a: "running", b: "running" });
    const gate = () => network.router.route("E.work@1")?.byKind.operation.up[0]?.gate;
    await calls(network, 30);
    await network.clock.advance(1_000);
    network.answering("bad", () => undefined);
    for (let trial = 0; trial < 10; trial += 1) {
      const caller = new AbortController();
      const outcome = network.call({ signal: caller.signal });
      expect(network.sent.at(-1)).toBe("bad");
      caller.abort();
      expect(await outcome).toBe("CANCELLED");
    }
    expect([gate()?.mode, gate()?.wantsTrial]).toEqual(["half_open", true]);
    network.router.close();
  });

  it("panics when fewer than half are healthy: it takes them all", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1 });
    for (const id of ["a", "b", "c"]) network.answering(id, network.after(1));
    network.show({ a: "running", b: "running", c: "running" }, ["a", "b"]);
    await calls(network, 9);
    expect(new Set(network.sent)).toEqual(new Set(["a", "b", "c"]));
    expect(network.router.records.list().every(({ panic }) => panic)).toBe(true);
    network.show({ a: "running", b: "running", c: "running" }, ["a"]);
    const before = network.count("a");
    await calls(network, 9);
    expect(network.count("a")).toBe(before);
  });
});

describe("a stalled attempt", () => {
  it("is given up for another instance, within the deadline, and not blamed on the caller", async () => {
    const network = new RoutedNetwork({ breakers: true });
    network.answering("a", network.after(5)).answering("b", network.after(5)).show({ a: "running", b: "running" });
    await calls(network, 20, 20);
    network.answering("a", () => undefined);
    const outcomes = Array.from({ length: 4 }, () => network.call({ deadlineMs: network.clock.nowMs() + 250 }));
    await network.clock.advance(250);
    expect(await Promise.all(outcomes)).toEqual(["ok", "ok", "ok", "ok"]);
    expect(network.router.counters).toMatchObject({ failures: 0, stalls: 2, retries: 2 });
  });

  it("is told that nobody waits for it, and what it says later does not count", async () => {
    const network = new RoutedNetwork();
    network.answering("a", network.after(5)).answering("b", network.after(5)).show({ a: "running", b: "running" });
    await calls(network, 20, 20);
    let abandoned = 0;
    network.answering("a", (call) => call.onAbandoned(() => (abandoned += 1)));
    network.answering("b", (call) => call.onAbandoned(() => (abandoned += 1)));
    const outcome = network.call({ deadlineMs: network.clock.nowMs() + 250 });
    await network.clock.advance(60);
    const [first, second] = network.calls.slice(-2);
    expect([abandoned, first?.ended, second?.ended]).toEqual([1, true, false]);
    first?.succeed("late", network.clock.nowMs());
    second?.succeed("ok", network.clock.nowMs());
    expect(await outcome).toBe("ok");
    for (const { load } of network.router.route("E.work@1")?.byKind.operation.up ?? []) expect(load.pending).toBe(0);
  });

  it("waits on where there is no other instance, or where it has effects", async () => {
    for (const effects of [false, true]) {
      const network = new RoutedNetwork();
      if (effects) network.withEffects();
      network.answering("a", network.after(5)).answering("b", network.after(5));
      network.show(effects ? { a: "running", b: "running" } : { a: "running" });
      await calls(network, 20, 20);
      const before = network.sent.length;
      for (const id of ["a", "b"]) network.answering(id, network.after(200));
      const outcome = network.call();
      await network.clock.advance(250);
      expect([await outcome, network.sent.length - before]).toEqual(["ok", 1]);
    }
  });
});

describe("hedging", () => {
  it("asks a second instance beside a slow first, takes the first answer, and gives the other up", async () => {
    const network = new RoutedNetwork({ hedge: true });
    network.answering("a", network.after(5)).answering("b", network.after(5)).show({ a: "running", b: "running" });
    await calls(network, 20, 20);
    let abandoned = 0;
    network.answering("a", (call) => {
      call.onAbandoned(() => (abandoned += 1));
      network.after(100)(call);
    });
    const before = network.sent.length;
    const outcomes = [network.call(), network.call()];
    await network.clock.advance(30);
    expect(await Promise.all(outcomes)).toEqual(["ok", "ok"]);
    expect([network.sent.length - before, abandoned, network.router.counters.hedges]).toEqual([3, 1, 1]);
    expect(network.router.records.list().some(({ keptFor }) => keptFor === "hedge")).toBe(true);
    await network.clock.advance(5_000);
    expect([network.router.inFlight, network.clock.pending]).toEqual([0, 0]);
    for (const { load } of network.router.route("E.work@1")?.byKind.operation.up ?? []) expect(load.pending).toBe(0);
  });

  it("is off unless asked for", async () => {
    const network = new RoutedNetwork();
    network.answering("a", network.after(5)).answering("b", network.after(5)).show({ a: "running", b: "running" });
    await calls(network, 20, 20);
    network.answering("a", network.after(15)).answering("b", network.after(15));
    const before = network.sent.length;
    void network.call();
    await network.clock.advance(30);
    expect(network.sent.length - before).toBe(1);
    void network.call({ hedge: true });
    await network.clock.advance(40);
    expect(network.router.counters.hedges).toBeGreaterThan(0);
  });
});

describe("a call to an instance that is coming back", () => {
  it("waits within its deadline, and then says that the giver is down", async () => {
    const network = new RoutedNetwork().show({ a: "restarting" });
    const outcome = network.call({ deadlineMs: 100 });
    await network.clock.advance(104);
    expect(await outcome).toBe("GIVER_DOWN");
    network.show({ a: "running" });
    const late = network.call({ deadlineMs: network.clock.nowMs() + 100 });
    await network.clock.advance(104);
    expect(await late).toBe("DEADLINE_EXCEEDED");
  });
});
