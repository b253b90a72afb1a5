import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServiceLevel } from "../../../src/contracts/partnership.js";
import { askedTerms, counterOffer, isTakeable } from "../../../src/partnerships/terms.js";
import { property } from "../../support/property.js";
import { measured, operationOf, preferenceFor, UNMEASURED } from "./support/identity.js";

function level(latencyMs: number, reliabilityPct: number): ServiceLevel {
  return { latencyMs, reliabilityPct, basis: "usual" };
}

const measuredAt = (calls: number, mean: number, reliabilityPct?: number) =>
  operationOf({ measured: measured(calls, mean, reliabilityPct) });

describe("askedTerms", () => {
  it("asks for what was declared, whatever was measured", () => {
    const preference = preferenceFor("G", { latencyMs: 7, reliabilityPct: 90 });
    expect(askedTerms(preference, [measuredAt(100, 50)])).toEqual({
      latencyMs: 7,
      reliabilityPct: 90,
      basis: "declared",
    });
  });

  it("asks for twice the provider's own 99th percentile where nothing was declared", () => {
    expect(askedTerms(undefined, [measuredAt(20, 5)])).toEqual({
      latencyMs: 30,
      reliabilityPct: 99,
      basis: "measured",
    });
  });

  it("goes by the slowest and the least reliable of several operations", () => {
    expect(askedTerms(undefined, [measuredAt(20, 5), measuredAt(20, 10, 95.9), measuredAt(20, 1, 97)])).toEqual({
      latencyMs: 60,
      reliabilityPct: 95,
      basis: "measured",
    });
  });

  it("asks for no less than a millisecond", () => {
    expect(askedTerms(undefined, [measuredAt(20, 0.001)]).latencyMs).toBe(1);
  });

  it.each([
    ["too few calls", [measuredAt(100, 5), measuredAt(19, 5)]],
    ["no call at all", [operationOf({ measured: UNMEASURED })]],
    ["only failures", [operationOf({ measured: { ...measured(100, 5, 0), latencyMs: null } })]],
    ["streams alone", []],
  ])("asks for what is usual after %s", (_, operations) => {
    expect(askedTerms(undefined, operations)).toEqual({ latencyMs: 1000, reliabilityPct: 99, basis: "usual" });
  });
});

describe("counterOffer", () => {
  it("has nothing to say where what was asked can be kept, or nothing was measured", () => {
    expect(counterOffer(level(30, 99), [measuredAt(20, 5)])).toBeUndefined();
    expect(counterOffer(level(1, 100), [measuredAt(19, 500)])).toBeUndefined();
  });

  it("offers what the provider measured of itself, and never better than was asked", () => {
    expect(counterOffer(level(29, 90), [measuredAt(20, 5)])).toEqual({
      latencyMs: 30,
      reliabilityPct: 90,
      basis: "measured",
    });
    expect(counterOffer(level(500, 99), [measuredAt(20, 5, 80)])).toEqual({
      latencyMs: 500,
      reliabilityPct: 80,
      basis: "measured",
    });
  });

  property([fc.integer({ min: 1, max: 1e5 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 1e5 })])(
    "makes an offer that the provider itself would not counter again",
    (latencyMs, reliabilityPct, mean) => {
      const operations = [measuredAt(50, mean, 97)];
      const offer = counterOffer(level(latencyMs, reliabilityPct), operations);
      if (offer !== undefined) expect(counterOffer(offer, operations)).toBeUndefined();
    },
  );
});

describe("isTakeable", () => {
  const asked = level(100, 99);

  it.each([
    [400, 94, true],
    [401, 94, false],
    [400, 93.9, false],
    [50, 100, true],
  ])("of %d ms and %d %%, with others to go to: %s", (latencyMs, reliabilityPct, takes) => {
    expect(isTakeable(asked, level(latencyMs, reliabilityPct), true)).toBe(takes);
  });

  it("takes anything with nobody else to go to", () => {
    expect(isTakeable(asked, level(1e6, 0), false)).toBe(true);
  });
});
