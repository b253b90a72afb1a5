import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { mean, standardDeviation } from "../../../../src/quant/statistics/moments.js";
import { neweyWestStandardError } from "../../../../src/quant/statistics/newey-west.js";

const values = fc
  .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 })
  .map((list) => Float64Array.from(list));

describe("neweyWestStandardError", () => {
  it("is s / √n with lag 0", () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const plain = standardDeviation(drawn) / Math.sqrt(drawn.length);
        expect(neweyWestStandardError(drawn, 0)).toBeCloseTo(plain, 12);
      }),
    );
  });

  it("equals a worked example with lag 1", () => {
    // Deviations −1, 0, 1, 0: γ₀ = 2/4, γ₁ = (0 + 0 + 0)/4.
    expect(neweyWestStandardError(Float64Array.of(1, 2, 3, 2), 1)).toBeCloseTo(Math.sqrt(0.5 / 3), 14);
    // Deviations −3, −1, 1, 3: γ₀ = 20/4, γ₁ = (3 − 1 + 3)/4; 5 + 2 · ½ · 1.25 = 6.25.
    expect(neweyWestStandardError(Float64Array.of(0, 2, 4, 6), 1)).toBeCloseTo(Math.sqrt(6.25 / 3), 14);
  });

  it("is never negative or undefined", () => {
    fc.assert(
      fc.property(values, fc.nat(60), (drawn, lag) => {
        expect(neweyWestStandardError(drawn, lag)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("covers the error of a mean of overlapping sums, which the plain standard error understates by half", () => {
    const errors: number[] = [];
    const claimed: number[] = [];
    const plain: number[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const random = createRandom(`overlap ${seed}`);
      const noise = Array.from({ length: 124 }, () => random.normal());
      const sums = Float64Array.from({ length: 120 }, (_, i) => noise.slice(i, i + 5).reduce((a, b) => a + b, 0));
      errors.push(mean(sums) ** 2);
      claimed.push(neweyWestStandardError(sums, 10) ** 2);
      plain.push(neweyWestStandardError(sums, 0) ** 2);
    }
    const actual = Math.sqrt(mean(Float64Array.from(errors)));
    expect(Math.sqrt(mean(Float64Array.from(claimed))) / actual).toBeGreaterThan(0.8);
    expect(Math.sqrt(mean(Float64Array.from(claimed))) / actual).toBeLessThan(1.15);
    expect(Math.sqrt(mean(Float64Array.from(plain))) / actual).toBeLessThan(0.55);
  });
});
