import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrustEvidence } from "../../../src/contracts/partnership.js";
import { laterTrust, NO_EVIDENCE, trustLower, trustMean } from "../../../src/partnerships/trust.js";
import { property } from "../../support/property.js";

const evidence = fc.record({
  met: fc.float({ min: 0, max: 1e6, noNaN: true }),
  missed: fc.float({ min: 0, max: 1e6, noNaN: true }),
});

function after(windows: number, from: TrustEvidence, each: TrustEvidence): TrustEvidence {
  return Array.from({ length: windows }).reduce<TrustEvidence>((trust) => laterTrust(trust, each), from);
}

describe("trustMean", () => {
  it("is Laplace's rule of succession", () => {
    expect(trustMean(NO_EVIDENCE)).toBe(0.5);
    expect(trustMean({ met: 8, missed: 0 })).toBeCloseTo(9 / 10, 12);
  });

  property([evidence])("lies above its lower bound, and both within [0, 1]", (trust) => {
    expect(trustLower(trust)).toBeGreaterThanOrEqual(0);
    expect(trustLower(trust)).toBeLessThan(trustMean(trust));
    expect(trustMean(trust)).toBeLessThan(1);
  });

  property([evidence])("rises with what was met, and falls with what was missed", ({ met, missed }) => {
    const mean = trustMean({ met, missed });
    expect(trustMean({ met: met + 10, missed })).toBeGreaterThan(mean);
    expect(trustMean({ met, missed: missed + 10 })).toBeLessThan(mean);
  });
});

describe("laterTrust", () => {
  it("counts half of what was thirty windows ago", () => {
    expect(after(30, { met: 100, missed: 20 }, NO_EVIDENCE).met).toBeCloseTo(50, 9);
  });

  it("comes back to knowing nothing when nothing more is seen", () => {
    expect(trustMean(after(1000, { met: 1e6, missed: 0 }, NO_EVIDENCE))).toBeCloseTo(0.5, 3);
  });

  it("loses within an hour's windows what a year of good ones built", () => {
    const good = after(10_000, NO_EVIDENCE, { met: 100, missed: 0 });
    expect(trustLower(good)).toBeGreaterThan(0.99);
    expect(trustMean(after(90, good, { met: 0, missed: 100 }))).toBeLessThan(0.15);
  });
});
