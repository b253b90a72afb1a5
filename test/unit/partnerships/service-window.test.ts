import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { serviceBetween } from "../../../src/partnerships/service-window.js";
import { property } from "../../support/property.js";

const NO_SERVICE = { calls: 0, failures: 0, late: 0, timed: 0, sumMs: 0 };
const terms = { latencyMs: 100, reliabilityPct: 99, basis: "usual" } as const;

describe("serviceBetween", () => {
  it("says nothing of a few calls", () => {
    expect(serviceBetween(NO_SERVICE, { calls: 4, failures: 4, late: 0, timed: 0, sumMs: 4 }, terms)).toBeUndefined();
  });

  it("says nothing where the counters began anew", () => {
    const before = { calls: 100, failures: 5, late: 1, timed: 100, sumMs: 100 };
    expect(serviceBetween(before, { calls: 110, failures: 0, late: 0, timed: 0, sumMs: 10 }, terms)).toBeUndefined();
  });

  it("counts what is new", () => {
    const before = { calls: 100, failures: 1, late: 1, timed: 99, sumMs: 1000 };
    expect(serviceBetween(before, { calls: 200, failures: 11, late: 6, timed: 189, sumMs: 2800 }, terms)).toEqual({
      calls: 100,
      met: 85,
      failures: 10,
      late: 5,
      allowed: expect.closeTo(1 + 1.645 * Math.sqrt(0.99) + 0.5, 9) as number,
      meanMs: 20,
      verdict: "bad",
    });
  });

  it("forgives what chance does to one that keeps its level, and finds nine in ten that miss three times as much", () => {
    const random = createRandom(7);
    const share = (missRate: number, calls: number): number => {
      const rounds = 2000;
      let bad = 0;
      for (let round = 0; round < rounds; round += 1) {
        let failures = 0;
        for (let call = 0; call < calls; call += 1) if (random.next() < missRate) failures += 1;
        if (serviceBetween(NO_SERVICE, { calls, failures, late: 0, timed: 0, sumMs: 0 }, terms)?.verdict === "bad")
          bad += 1;
      }
      return bad / rounds;
    };
    expect(share(0.01, 500)).toBeLessThan(0.07);
    expect(share(0.03, 500)).toBeGreaterThan(0.9);
  });

  property([fc.nat(1000), fc.nat(1000), fc.nat(1000)])(
    "never meets more or fewer than there were",
    (met, failures, late) => {
      const calls = met + failures + late;
      const service = serviceBetween(NO_SERVICE, { calls, failures, late, timed: 0, sumMs: 0 }, terms);
      if (calls >= 5) expect(service?.met).toBe(met);
    },
  );
});
