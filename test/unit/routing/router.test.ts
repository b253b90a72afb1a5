import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NautilusError, type ErrorCode } from "../../../src/contracts/errors.js";
import { LIFECYCLES, type Lifecycle } from "../../../src/contracts/identity.js";
import { RoutedNetwork, WORK, failing, type Answer } from "./routed-network.js";

/** One call after the other. */
async function traffic(network: RoutedNetwork, calls: number): Promise<void> {
  for (let count = 0; count < calls; count += 1) {
    void network.call();
    await network.clock.advance(60);
  }
}

describe("Router", () => {
  it("prefers the faster instance", async () => {
    const network = new RoutedNetwork();
    network.answering("fast", network.after(2)).answering("slow", network.after(40));
    network.show({ slow: "running", fast: "running" });
    await traffic(network, 60);
    expect(network.count("fast")).toBeGreaterThan(50);
    expect(network.count("slow")).toBeGreaterThan(0);
  });

  it("prefers the less loaded of equally fast instances", async () => {
    const network = new RoutedNetwork();
    network.answering("a", network.after(5)).answering("b", network.after(5)).show({ a: "running", b: "running" });
    await traffic(network, 4);
    const [before] = [network.count("a") - network.count("b")];
    for (let count = 0; count < 40; count += 1) void network.call();
    expect(Math.abs(network.count("a") - network.count("b") - before)).toBeLessThanOrEqual(2);
  });

  it("prefers the one that does less for others, by what each last said of itself, and the less so the older that is", async () => {
    const network = new RoutedNetwork();
    for (const id of ["a", "b"]) network.answering(id, network.after(10));
    network.show({ a: "running", b: "running" }).holding("a", 3).holding("b", 0);
    for (let count = 0; count < 2; count += 1) await Promise.all([network.call(), network.clock.advance(10)]);
    const candidates = network.router.route(WORK)?.byKind.operation.up ?? [];
    const othersAt = (nowMs: number): number[] => candidates.map(({ load }) => load.othersAt(nowMs, 10));
    expect(network.sent).toEqual(["a", "b"]);
    expect(othersAt(10)).toEqual([3, 0]);
    expect(othersAt(110)).toEqual([1.5, 0]);
    for (let count = 0; count < 2; count += 1) void network.call();
    expect(network.sent).toEqual(["a", "b", "b", "b"]);
  });

  it("does not count its own calls as those of others", async () => {
    const network = new RoutedNetwork();
    network.answering("a", network.after(10)).holding("a", 2).show({ a: "running" });
    void network.call();
    await network.clock.advance(5);
    void network.call();
    void network.call();
    await network.clock.advance(5);
    expect(network.router.route(WORK)?.byKind.operation.up[0]?.load).toMatchObject({ pending: 2, others: 0 });
  });

  it("prefers the healthier instance, also where the other fails faster than it answers", async () => {
    const network = new RoutedNetwork();
    network.answering("healthy", network.after(50)).answering("failing", failing("INTERNAL"));
    network.show({ failing: "running", healthy: "running" });
    await traffic(network, 60);
    expect(network.count("failing")).toBeLessThan(6);
  });

  it("takes two at random, and the better of them, among very many", async () => {
    const network = new RoutedNetwork();
    const ids = Array.from({ length: 50 }, (_, index) => `i${index}`);
    for (const id of ids) network.answering(id, network.after(id === "i7" ? 50 : 1));
    network.show(Object.fromEntries(ids.map((id) => [id, "running"])));
    for (let count = 0; count < 600; count += 1) {
      void network.call();
      await network.clock.advance(2);
    }
    expect(ids.every((id) => network.count(id) > 0)).toBe(true);
    expect(network.count("i7")).toBeLessThan(5);
  });

  it("never asks one that is stopped or draining, and one that is coming only where none is up", () => {
    const lifecycles = fc.array(fc.constantFrom(...LIFECYCLES), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lifecycles, fc.nat(20), (given, calls) => {
        const network = new RoutedNetwork();
        const states = Object.fromEntries(given.map((lifecycle, index) => [`i${index}`, lifecycle]));
        network.show(states);
        for (let count = 0; count < calls; count += 1) void network.call();
        const up = given.includes("running");
        for (const id of network.sent) {
          const lifecycle = states[id] as Lifecycle;
          expect(["stopped", "draining"]).not.toContain(lifecycle);
          expect(lifecycle === "running").toBe(up);
        }
        if (given.some((each) => each !== "stopped" && each !== "draining")) expect(network.sent.length).toBe(calls);
      }),
    );
  });

  it("refuses with GIVER_DOWN where nobody offers it", async () => {
    expect(await new RoutedNetwork().call()).toBe("GIVER_DOWN");
    expect(await new RoutedNetwork().show({ a: "stopped" }).call()).toBe("GIVER_DOWN");
  });

  it("fires a deadline within one slot of 4 ms, and not before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.1, max: 9_000, noNaN: true }), fc.nat(50), async (deadlineMs, startMs) => {
        const network = new RoutedNetwork().show({ a: "running" });
        await network.clock.advance(startMs);
        let abandonedAtMs = Number.NaN;
        const outcome = network.call({ deadlineMs: startMs + deadlineMs });
        network.calls[0]?.onAbandoned(() => (abandonedAtMs = network.clock.nowMs()));
        await network.clock.advance(deadlineMs + 5);
        expect(await outcome).toBe("DEADLINE_EXCEEDED");
        expect(abandonedAtMs).toBeGreaterThanOrEqual(startMs + deadlineMs);
        expect(abandonedAtMs).toBeLessThanOrEqual(startMs + deadlineMs + 4);
        expect([network.router.inFlight, network.clock.pending]).toEqual([0, 0]);
      }),
    );
  });

  it("tries what is retryable at another instance", async () => {
    for (const code of ["GIVER_DOWN", "OVERLOADED", "NOT_SERVING"] as const) {
      const network = new RoutedNetwork();
      network.answering("bad", failing(code)).answering("good", network.after(1));
      network.show({ bad: "running", good: "running" });
      const attempts: string[] = [];
      const outcomes = Array.from({ length: 4 }, () => network.call({ onAttempt: (id) => attempts.push(id) }));
      await network.clock.advance(10);
      expect(await Promise.all(outcomes)).toEqual(Array(4).fill("ok"));
      expect(attempts).toEqual(network.sent);
      expect(network.router.counters).toMatchObject({ retries: network.count("bad"), failures: 0 });
    }
  });

  it("does not try again what is not retryable", async () => {
    for (const code of ["INTERNAL", "INFEASIBLE", "CANCELLED", "NOT_FOUND"] as const) {
      const network = new RoutedNetwork().answering("a", failing(code)).answering("b", failing(code));
      expect(await network.show({ a: "running", b: "running" }).call()).toBe(code);
      expect(network.sent).toHaveLength(1);
    }
  });

  it("never makes more than three attempts, nor more retries than its budget", async () => {
    const network = new RoutedNetwork().answering("a", failing("GIVER_DOWN")).answering("b", failing("GIVER_DOWN"));
    network.show({ a: "running", b: "running" });
    await network.call();
    expect(network.sent).toHaveLength(3);
    for (let count = 0; count < 500; count += 1) await network.call();
    const { calls, retries } = network.router.counters;
    expect(network.sent).toHaveLength(calls + retries);
    expect(retries).toBeLessThanOrEqual(10 + 0.2 * calls);
    expect(retries).toBeGreaterThan(0.2 * calls);
    const spent = retries;
    await network.clock.advance(1_000);
    for (let count = 0; count < 4; count += 1) await network.call();
    expect(network.router.counters.retries - spent).toBe(8);
  });

  it("never tries again what has effects, whatever it failed with", async () => {
    for (const code of ["GIVER_DOWN", "OVERLOADED", "NOT_SERVING"] as const) {
      const network = new RoutedNetwork().withEffects().answering("a", failing(code)).answering("b", failing(code));
      expect(await network.show({ a: "running", b: "running" }).call()).toBe(code);
      expect(network.sent).toHaveLength(1);
    }
  });

  it("ends a call whose signal aborts, tells the instance, and does not blame it", async () => {
    const network = new RoutedNetwork().show({ a: "running" });
    const controller = new AbortController();
    const outcome = network.call({ signal: controller.signal });
    let abandoned = 0;
    network.calls[0]?.onAbandoned(() => (abandoned += 1));
    controller.abort();
    network.calls[0]?.succeed("late", 1);
    expect([await outcome, abandoned, network.router.inFlight]).toEqual(["CANCELLED", 1, 0]);
    expect(network.router.route(WORK)?.byKind.operation.up[0]).toMatchObject({ calls: 0, load: { pending: 0 } });
    expect(await network.call({ signal: AbortSignal.abort() })).toBe("CANCELLED");
    expect(network.sent).toHaveLength(1);
  });

  it("does not exhaust the stack, however deep calls go within one another", async () => {
    const network = new RoutedNetwork();
    let left = 20_000;
    network.answering("a", (call) => {
      left -= 1;
      if (left > 0) void network.call().then(() => call.succeed("ok", 0));
      else call.succeed("ok", 0);
    });
    network.show({ a: "running" });
    expect(await network.call()).toBe("ok");
    expect(left).toBe(0);
  });

  it("reads a network that changed many times once, when it is next asked", () => {
    const network = new RoutedNetwork().show({});
    let read = 0;
    for (let count = 0; count < 100; count += 1) {
      network.router.networkChanged(() => {
        read += 1;
        return [];
      });
    }
    expect(read).toBe(0);
    network.router.route(WORK);
    network.router.route(WORK);
    expect(read).toBe(1);
  });

  it("keeps no more in flight than its bound", async () => {
    const network = new RoutedNetwork({ maxInFlight: 3 }).show({ a: "running" });
    for (let count = 0; count < 3; count += 1) void network.call();
    expect(await network.call()).toBe("OVERLOADED");
    network.calls[0]?.succeed("ok", 0);
    void network.call();
    expect([network.router.inFlight, network.sent.length]).toEqual([3, 4]);
  });

  it("ends everything when it closes, leaves no timer, and refuses what comes later", async () => {
    const network = new RoutedNetwork().show({ a: "running", b: "running" });
    const outcomes = Array.from({ length: 20 }, () => network.call());
    network.router.close();
    expect(await Promise.all(outcomes)).toEqual(Array(20).fill("NOT_SERVING"));
    expect([network.router.inFlight, network.clock.pending]).toEqual([0, 0]);
    expect(await network.call()).toBe("NOT_SERVING");
  });

  it("asks the preferred first, where they are up", async () => {
    const network = new RoutedNetwork().answering("a", (call) => call.succeed("a", 0));
    network.answering("b", (call) => call.succeed("b", 0)).show({ a: "running", b: "running" });
    for (let count = 0; count < 10; count += 1) expect(await network.call({ prefer: ["b"] })).toBe("b");
    network.show({ a: "running", b: "restarting" });
    expect(await network.call({ prefer: ["b"] })).toBe("a");
  });

  it("counts exchanges per consumer and instance, and keeps them while the instance stays", async () => {
    const network = new RoutedNetwork();
    network.answering("a", network.after(3)).show({ a: "running" });
    for (const consumer of ["X", "Y", "X"]) void network.call({ consumer });
    await network.clock.advance(10);
    network.show({ a: "restarting" }).show({ a: "running" });
    const exchanges = network.router.route(WORK)?.byKind.operation.up[0]?.exchanges;
    expect(
      [...(exchanges ?? [])].map(([consumer, { latency, failures }]) => [consumer, latency.count, failures]),
    ).toEqual([
      ["X", 2, 0],
      ["Y", 1, 0],
    ]);
    network.show({}).show({ a: "running" });
    expect(network.router.route(WORK)?.byKind.operation.up[0]?.exchanges.size).toBe(0);
  });

  it("counts against an instance what it did not give, with each that was to have it", async () => {
    const network = new RoutedNetwork().answering("E.2@n", (call) => call.succeed("ok", 0));
    network.show({ "E.1@n": "running", "E.2@n": "running", "C.1@n": "running", "C.2@n": "running" });
    const { router } = network;
    router.missed({ product: "p@1", instances: ["E.1@n", "GONE.1@n"], consumers: ["C.1@n", "C.2@n", "D.1@n"] });
    router.missed({ product: "other@1", instances: ["E.1@n"], consumers: ["C.1@n"] });
    // Also told by what is fetched: this consumer got it from another in the end.
    const making = { ms: 5, missedBy: ["E.1@n"] };
    await network.call({ consumer: "C.1@n", prefer: ["E.2@n"], making });
    const failures = new Map<string, number>();
    for (const { candidate } of router.offers()) {
      for (const [consumer, { failures: count }] of candidate.exchanges) {
        const pair = `${candidate.link.instanceId} ${consumer}`;
        failures.set(pair, (failures.get(pair) ?? 0) + count);
      }
    }
    expect(Object.fromEntries(failures)).toEqual({
      "E.1@n C.1@n": 2,
      "E.1@n C.2@n": 1,
      "E.1@n D.1@n": 1,
      "E.2@n C.1@n": 0,
    });
  });

  it("keeps its books whatever the instances do: every call ends once, nothing stays pending", async () => {
    const outcome = fc.constantFrom("ok", "never", "GIVER_DOWN", "INTERNAL", "OVERLOADED", "twice");
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 40 }), async (script) => {
        const network = new RoutedNetwork();
        const answer: Answer = (call) => {
          const told = script[network.sent.length % script.length];
          if (told === "ok") network.after(7)(call);
          else if (told === "twice") {
            call.succeed("ok", network.clock.nowMs());
            call.fail(new NautilusError("INTERNAL", "late"));
          } else if (told !== "never") failing(told as ErrorCode)(call);
        };
        network.answering("a", answer).answering("b", answer).show({ a: "running", b: "running" });
        const outcomes = script.map(() => network.call({ deadlineMs: network.clock.nowMs() + 50 }));
        await network.clock.advance(60);
        await Promise.all(outcomes);
        const { calls, failures, rejected } = network.router.counters;
        expect([calls, rejected]).toEqual([script.length, 0]);
        expect(failures).toBeLessThanOrEqual(calls);
        for (const { load } of network.router.route(WORK)?.byKind.operation.up ?? []) expect(load.pending).toBe(0);
        expect([network.router.inFlight, network.clock.pending]).toEqual([0, 0]);
      }),
    );
  });
});
