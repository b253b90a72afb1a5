import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlation, rankCorrelation } from "../../../../src/quant/statistics/correlation.js";

const series = fc
  .array(fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })), {
    minLength: 2,
    maxLength: 30,
  })
  .map((pairs) => [Float64Array.from(pairs, ([x]) => x), Float64Array.from(pairs, ([, y]) => y)] as const);

describe("correlation", () => {
  it("equals a worked example", () => {
    expect(correlation(Float64Array.of(-1, 0, 1), Float64Array.of(-4, 2, 2))).toBeCloseTo(6 / Math.sqrt(2 * 24), 14);
  });

  it("is symmetric and lies in [−1, 1]", () => {
    fc.assert(
      fc.property(series, ([x, y]) => {
        const value = correlation(x, y);
        expect(correlation(y, x)).toBeCloseTo(value, 12);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("looks at nothing before `from`", () => {
    const x = Float64Array.of(99, -1, 0, 1);
    expect(correlation(x, Float64Array.of(-99, 2, 4, 6), 1)).toBeCloseTo(1, 14);
  });

  it("is 0 where one does not vary", () => {
    expect(correlation(Float64Array.of(1, 2, 3), new Float64Array(3).fill(0.1))).toBe(0);
  });
});

describe("rankCorrelation", () => {
  it("equals the textbook example of IQ and hours of television", () => {
    const iq = Float64Array.of(106, 100, 86, 101, 99, 103, 97, 113, 112, 110);
    const hours = Float64Array.of(7, 27, 2, 50, 28, 29, 20, 12, 6, 17);
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-29 / 165, 14);
  });

  it("does not change under an increasing transformation", () => {
    fc.assert(
      fc.property(series, ([x, y]) => {
        const coarse = x.map(Math.round);
        const value = rankCorrelation(coarse, y);
        expect(rankCorrelation(coarse.map(Math.exp), y)).toBeCloseTo(value, 12);
      }),
    );
  });
});
