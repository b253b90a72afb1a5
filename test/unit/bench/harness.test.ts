import { describe, expect, it } from "vitest";
import { interleave, quantile, resultOf } from "../../../bench/harness.js";

describe("resultOf", () => {
  const spread = { median: 0.74, low: 0.7, high: 0.781234 };

  it("keeps the quartiles of a spread beside its median, which is what a bar judges", () => {
    const report = { name: "a", ratio: { toPeer: spread, share: 0.5 }, absolute: { tookMs: 3 } };
    expect(resultOf({ ...report, bar: { toPeer: { atLeast: 0.72 }, tookMs: { atMost: 3 } } })).toMatchObject({
      ratio: { toPeer: 0.74, toPeerLow: 0.7, toPeerHigh: 0.7812, share: 0.5 },
      absolute: { tookMs: 3 },
      pass: true,
    });
    expect(resultOf({ ...report, bar: { toPeer: { atLeast: 0.75 } } }).pass).toBe(false);
  });

  it("judges before rounding, and beyond the bars", () => {
    const report = { name: "a", ratio: {}, absolute: { tookMs: 1.00001 }, bar: {} };
    expect(resultOf({ ...report, bar: { tookMs: { atMost: 1 } } })).toMatchObject({
      absolute: { tookMs: 1 },
      pass: false,
    });
    expect(resultOf({ ...report, pass: false }).pass).toBe(false);
    expect(() => resultOf({ ...report, bar: { other: { atMost: 1 } } })).toThrow(RangeError);
  });
});

describe("quantile", () => {
  it("is linear between order statistics", () => {
    expect(quantile([40, 10, 30, 20], 0.25)).toBe(17.5);
    expect(quantile([40, 10, 30, 20], 1)).toBe(40);
  });
});

describe("interleave", () => {
  it("gives the ratio of two subjects with quartiles that hold its median", async () => {
    const run = (operations: number): void => {
      for (let done = 0; done < operations; done += 1) Math.hypot(done, operations);
    };
    const subjects = ["one", "other"].map((name) => ({ name, run }));
    const { median, low, high } = (await interleave(subjects, { rounds: 5, warmUpMs: 1, sliceMs: 1 })).ratio(
      "one",
      "other",
    );
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(median);
    expect(high).toBeGreaterThanOrEqual(median);
  });
});
