import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenCall } from "../../../src/contracts/call.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { RouteRecordSchema } from "../../../src/contracts/route-record.js";
import { explainRoutes } from "../../../src/routing/explain-routes.js";
import { flips, recompute } from "../../../src/routing/recompute.js";
import { adaptive } from "../../../src/routing/strategies/adaptive.js";
import { roundRobin } from "../../../src/routing/strategies/round-robin.js";
import { STRATEGIES } from "../../../src/routing/strategies/strategies.js";
import { inForm } from "../../support/in-form.js";
import { RoutedNetwork, failing } from "./routed-network.js";

const outcome = fc.record({ fails: fc.nat(4), afterMs: fc.integer({ min: 1, max: 60 }), held: fc.nat(9) });
const traffic = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  instances: fc.oneof(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 19, max: 40 })),
  script: fc.array(outcome, { minLength: 1, maxLength: 12 }),
  suspects: fc.nat(3),
});

type Traffic = typeof traffic extends fc.Arbitrary<infer T> ? T : never;

const PARTNERS: ReadonlyMap<string, number> = new Map([
  ["i0", 1.5],
  ["i1", 0.5],
]);

/** Calls at an even pace to instances that answer, fail and stay silent by the script. */
async function sixtyCalls(network: RoutedNetwork, { instances, script, suspects }: Traffic): Promise<void> {
  const ids = Array.from({ length: instances }, (_, index) => `i${index}`);
  let turn = 0;
  for (const id of ids) {
    network.answering(id, (call) => {
      const { fails, afterMs, held } = script[(turn += 1) % script.length] as (typeof script)[number];
      network.holding(id, held);
      if (fails === 0) failing("GIVER_DOWN")(call);
      else if (fails > 1) network.after(afterMs)(call);
    });
  }
  network.show(Object.fromEntries(ids.map((id) => [id, "running"])), ids.slice(0, suspects));
  const outcomes: Promise<unknown>[] = [];
  for (let count = 0; count < 60; count += 1) {
    outcomes.push(network.call({ deadlineMs: network.clock.nowMs() + 200 }));
    await network.clock.advance(7);
  }
  await network.clock.advance(300);
  await Promise.all(outcomes);
}

describe("recompute", () => {
  it("comes to the same winner for every record, whatever happened, for every strategy", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(traffic, async (given) => {
        const network = new RoutedNetwork({ strategy: given.strategy, sampleEvery: 2, breakers: true });
        await sixtyCalls(network, given);
        for (const record of network.router.records.list()) {
          expect(RouteRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
          expect(recompute(JSON.parse(JSON.stringify(record)) as typeof record)).toBe(record.winner);
          expect(record.candidates.map(({ instanceId }) => instanceId)).toContain(record.winner);
          seen
            .add(record.keptFor)
            .add(record.panic ? "panic" : "calm")
            .add(record.draw === null ? "all" : "drawn")
            .add(record.candidates.some(({ terms }) => terms.others > 0) ? "shared" : "own");
        }
        network.router.close();
      }),
      { numRuns: inForm({ short: 80, long: 400 }) },
    );
    for (const kind of ["sample", "exclusion", "retry", "failure", "panic", "calm", "all", "drawn", "shared", "own"]) {
      expect(seen).toContain(kind);
    }
  });

  it("refuses a record whose rows its draw does not lead to, and a strategy that it does not know", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1 });
    const ids = Array.from({ length: 30 }, (_, index) => `i${index}`);
    for (const id of ids) network.answering(id, network.after(1));
    network.show(Object.fromEntries(ids.map((id) => [id, "running"])));
    void network.call();
    await network.clock.advance(5);
    const [record] = network.router.records.list();
    if (record === undefined) throw new Error("nothing was recorded");
    expect(recompute(record)).toBe(record.winner);
    expect(() => recompute({ ...record, draw: (record.draw ?? 0) < 0.5 ? 0.99 : 0.01 })).toThrow(/does not lead/);
    expect(() => recompute({ ...record, strategy: "astrology" })).toThrow(/astrology/);
  });
});

describe("a choice that turns out to have failed", () => {
  // Where nothing is drawn, what was recorded before changes no later choice.
  const alike = traffic
    .filter(({ instances }) => instances <= 20)
    .chain((given) => fc.constantFrom(adaptive, roundRobin).map((strategy) => ({ ...given, strategy })));

  it("is explained exactly as it would have been had it been a sample", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(alike, fc.boolean(), async (given, hasPartners) => {
        const [samples, failures] = await Promise.all(
          [1, 1_000_000_000].map(async (sampleEvery) => {
            const preferences = { factorsOf: () => (hasPartners ? PARTNERS : undefined) };
            const network = new RoutedNetwork({ strategy: given.strategy, sampleEvery, preferences, breakers: true });
            await sixtyCalls(network, given);
            network.router.close();
            return network.router.records.list();
          }),
        );
        const bySerial = new Map(samples?.map((record) => [record.serial, record]));
        for (const record of failures ?? []) {
          const sample = bySerial.get(record.serial);
          if (sample === undefined) continue;
          expect({ ...record, keptFor: "" }).toEqual({ ...sample, keptFor: "" });
          if (record.keptFor === "failure") compared += 1;
        }
      }),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it("can be explained however many calls are under way", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1_000_000_000 }).withEffects();
    const waiting: OpenCall[] = [];
    for (const id of ["a", "b"]) network.answering(id, (call) => waiting.push(call));
    network.show({ a: "running", b: "running" });
    const outcomes = Array.from({ length: 5_000 }, () => network.call());
    await network.clock.advance(10);
    for (const call of waiting) call.fail(new NautilusError("GIVER_DOWN", "told to"));
    await Promise.all(outcomes);
    expect(network.router.records.total).toBe(5_000);
    const list = network.router.records.list();
    expect(list.map(({ serial }) => serial)).toEqual(Array.from({ length: 64 }, (_, index) => 5_000 - index));
    for (const record of list) expect(recompute(record)).toBe(record.winner);
    network.router.close();
  });
});

describe("a consumer's partners", () => {
  it("are preferred, at first sight and in the record", async () => {
    const factors = new Map([["b", 0.5]]);
    const preferences = { factorsOf: (consumer: string) => (consumer === "C.1@a" ? factors : undefined) };
    const network = new RoutedNetwork({ preferences, sampleEvery: 1_000_000_000 });
    for (const id of ["a", "b"]) network.answering(id, network.after(10));
    network.show({ a: "running", b: "running" });
    for (let count = 0; count < 4; count += 1) await Promise.all([network.call(), network.clock.advance(10)]);
    expect(network.sent).toEqual(["a", "b", "b", "b"]);
    await Promise.all([network.call({ consumer: "STRANGER.1@a" }), network.clock.advance(10)]);
    expect(network.sent.at(-1)).toBe("a");
    network.answering("b", failing("INTERNAL"));
    await network.call();
    const record = network.router.records.list().at(-1);
    expect(record).toMatchObject({ winner: "b", keptFor: "failure" });
    expect(record?.candidates.map(({ terms }) => terms.preference)).toEqual([1, 0.5]);
  });
});

describe("a router that records samples only", () => {
  it("chooses as one that records everything, call by call", async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async (given) => {
        const sent = await Promise.all(
          (["all", "sampled"] as const).map(async (records) => {
            const network = new RoutedNetwork({ records, sampleEvery: 5, breakers: true });
            await sixtyCalls(network, given);
            network.router.close();
            return network.sent;
          }),
        );
        expect(sent[1]).toEqual(sent[0]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("flips", () => {
  it("says from which value of the winner's another would have been taken", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1 });
    network.answering("fast", network.after(2)).answering("slow", network.after(40));
    network.show({ fast: "running", slow: "running" });
    for (let count = 0; count < 6; count += 1) {
      void network.call();
      await network.clock.advance(60);
    }
    const record = network.router.records.list().find(({ winner }) => winner === "fast");
    if (record === undefined) throw new Error("nothing was recorded");
    const found = flips(record);
    expect(found.map(({ term }) => term)).toEqual(
      expect.arrayContaining(["pending", "others", "latencyMs", "stallMs", "successRate"]),
    );
    for (const { term, at, then } of found) {
      const changed = record.candidates.map((candidate) =>
        candidate.instanceId === record.winner
          ? { ...candidate, terms: { ...candidate.terms, [term]: at } }
          : candidate,
      );
      expect(then).toBe("slow");
      expect(recompute({ ...record, candidates: changed })).toBe("slow");
    }
    const latency = found.find(({ term }) => term === "latencyMs");
    expect(latency?.at).toBeCloseTo(
      record.candidates.find(({ instanceId }) => instanceId === "slow")?.terms.latencyMs ?? 0,
      1,
    );
  });
});

describe("explainRoutes", () => {
  it("keeps what says something: exclusions, retries and failures with their reasons", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1_000_000 });
    network.answering("bad", failing("GIVER_DOWN")).answering("good", network.after(1));
    network.show({ bad: "running", good: "running" });
    for (let count = 0; count < 4; count += 1) void network.call();
    await network.clock.advance(10);
    const { records, now, products } = explainRoutes(network.router, {
      clock: network.clock,
      product: "p@1",
      limit: 50,
    });
    expect(products).toEqual(["p@1"]);
    const failure = records.find(({ keptFor }) => keptFor === "failure");
    expect(failure).toMatchObject({ winner: "bad", outcome: { success: false, code: "GIVER_DOWN" } });
    const retry = records.find(({ keptFor }) => keptFor === "retry");
    expect(retry).toMatchObject({
      winner: "good",
      attempt: 2,
      excluded: [{ instanceId: "bad", reason: "tried" }],
      outcome: { success: true, code: null },
    });
    expect(now.filter(({ kind }) => kind === "operation").map(({ instanceId }) => instanceId)).toEqual(["bad", "good"]);
    expect(explainRoutes(network.router, { clock: network.clock, product: "other@1", limit: 50 }).records).toEqual([]);
  });

  it("bounds what it keeps per product", async () => {
    const network = new RoutedNetwork({ sampleEvery: 1 });
    network.answering("a", (call) => call.fail(new NautilusError("INTERNAL", "no"))).show({ a: "running" });
    for (let count = 0; count < 500; count += 1) await network.call();
    expect(network.router.records.total).toBe(500);
    const list = network.router.records.list("p@1");
    expect(list).toHaveLength(64);
    expect(list.map(({ serial }) => serial)).toEqual(list.map((_, index) => 500 - index));
  });
});
