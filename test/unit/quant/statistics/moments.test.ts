import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasSpread, mean, shape, standardDeviation, variance } from "../../../../src/quant/statistics/moments.js";

const values = fc
  .array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 })
  .map((list) => Float64Array.from(list));

describe("mean", () => {
  it("is of the stretch asked for, and 0 of nothing", () => {
    expect(mean(Float64Array.of(100, 1, 2, 6, 100), 1, 4)).toBe(3);
    expect(mean(Float64Array.of(1, 2), 1, 1)).toBe(0);
  });
});

describe("variance", () => {
  it("has divisor n − 1", () => {
    expect(variance(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toBeCloseTo(32 / 7, 14);
    expect(standardDeviation(Float64Array.of(100, 1, 3), 1)).toBeCloseTo(Math.SQRT2, 15);
    expect(variance(Float64Array.of(3))).toBe(0);
  });

  it("keeps its digits when every value is moved far away", () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const moved = drawn.map((value) => value + 1e6);
        expect(Math.abs(variance(moved) - variance(drawn))).toBeLessThan(1e-6 * (1 + variance(drawn)));
      }),
    );
  });

  it("is half the mean square difference of all pairs", () => {
    fc.assert(
      fc.property(values, (drawn) => {
        let sum = 0;
        for (const a of drawn) for (const b of drawn) sum += (a - b) ** 2;
        const pairs = drawn.length * (drawn.length - 1);
        expect(variance(drawn)).toBeCloseTo(sum / pairs / 2, 6);
      }),
    );
  });
});

describe("hasSpread", () => {
  it("tells rounding from variation", () => {
    const constant = new Float64Array(20).fill(0.1);
    expect(hasSpread(variance(constant), mean(constant))).toBe(false);
    expect(hasSpread(variance(Float64Array.of(1, 1 + 1e-9)), 1)).toBe(true);
    expect(hasSpread(0, 0)).toBe(false);
  });
});

describe("shape", () => {
  it("equals the moments of a known distribution", () => {
    // Five zeros and one: a Bernoulli variable with p = 1/6.
    const { skewness, excessKurtosis } = shape(Float64Array.of(0, 0, 1, 0, 0, 0));
    const [p, q] = [1 / 6, 5 / 6];
    expect(skewness).toBeCloseTo((q - p) / Math.sqrt(p * q), 12);
    expect(excessKurtosis).toBeCloseTo((1 - 6 * p * q) / (p * q), 12);
  });

  it("does not depend on place and size, and turns with the sign", () => {
    fc.assert(
      fc.property(values, (drawn) => {
        fc.pre(standardDeviation(drawn) > 1e-3);
        const { skewness, excessKurtosis } = shape(drawn);
        const moved = shape(drawn.map((value) => 7 - 3 * value));
        expect(moved.skewness).toBeCloseTo(-skewness, 5);
        expect(moved.excessKurtosis).toBeCloseTo(excessKurtosis, 5);
      }),
    );
  });

  it("is 0 of a constant", () => {
    expect(shape(new Float64Array(9).fill(0.1))).toEqual({ skewness: 0, excessKurtosis: 0 });
  });
});
