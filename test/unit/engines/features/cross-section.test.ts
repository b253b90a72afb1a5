import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaledRanks, winsorisedScores } from "../../../../src/engines/features/cross-section.js";
import { mean, variance } from "../../../../src/quant/statistics/moments.js";

const section = fc
  .array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 3 })), {
    minLength: 2,
    maxLength: 60,
  })
  .map((list) => Float64Array.from(list));

describe("scaledRanks", () => {
  it("puts the least at −0.5, the greatest at 0.5, and equals between them", () => {
    expect(scaledRanks(Float64Array.of(7, 1, 3, 3, 100))).toEqual(Float64Array.of(0.25, -0.5, -0.125, -0.125, 0.5));
    expect(scaledRanks(Float64Array.of(4, 4, 4))).toEqual(Float64Array.of(0, 0, 0));
  });

  it("sums to zero and stays within ±0.5", () => {
    fc.assert(
      fc.property(section, (values) => {
        const ranks = scaledRanks(values);
        expect(mean(ranks)).toBeCloseTo(0, 12);
        expect(Math.max(...ranks.map(Math.abs))).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});

describe("winsorisedScores", () => {
  it("has mean 0 and variance 1, or is 0 throughout", () => {
    fc.assert(
      fc.property(section, (values) => {
        const scores = winsorisedScores(values);
        expect(mean(scores)).toBeCloseTo(0, 9);
        if (scores.some((score) => score !== 0)) expect(variance(scores)).toBeCloseTo(1, 9);
        else expect(variance(scores)).toBe(0);
      }),
    );
  });

  it("does not depend on the unit, however small", () => {
    const one = winsorisedScores(Float64Array.of(-1, 0, 0));
    for (const unit of [4.5e-162, 2 ** -600, 2 ** -1074, 2 ** 500]) {
      expect(
        winsorisedScores(Float64Array.of(-unit, 0, 0)).every((score, i) => Math.abs(score - one[i]!) < 1e-12),
      ).toBe(true);
    }
  });

  it("does not let one wild value into a scale that is as small", () => {
    const calm = Float64Array.from({ length: 21 }, (_, i) => i * 1e-200);
    const wild = calm.slice();
    wild[20] = 1e300;
    const expected = winsorisedScores(Float64Array.from(calm, (value) => value * 1e200));
    for (const [i, score] of winsorisedScores(wild).entries()) expect(score).toBeCloseTo(expected[i]!, 9);
  });

  it("keeps the order of the values", () => {
    fc.assert(
      fc.property(section, (values) => {
        const scores = winsorisedScores(values);
        for (let i = 1; i < values.length; i++) {
          const order = (values[i]! - values[i - 1]!) * (scores[i]! - scores[i - 1]!);
          expect(order).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("does not let one wild value decide the scale", () => {
    const calm = Float64Array.from({ length: 41 }, (_, i) => i / 40);
    const wild = calm.slice();
    wild[40] = 1e6;
    expect(winsorisedScores(wild)).toEqual(winsorisedScores(calm));
  });
});
