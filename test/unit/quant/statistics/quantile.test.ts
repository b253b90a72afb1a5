import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantileOfSorted, sorted } from "../../../../src/quant/statistics/quantile.js";

describe("sorted", () => {
  it("orders numbers as numbers and leaves the original alone", () => {
    const original = Float64Array.of(10, -2, 9);
    expect(sorted(original)).toEqual(Float64Array.of(-2, 9, 10));
    expect(original).toEqual(Float64Array.of(10, -2, 9));
  });
});

describe("quantileOfSorted", () => {
  it("is linear between order statistics: R's quantile(1:10, type = 7)", () => {
    const oneToTen = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    const at = [0, 0.05, 0.25, 0.5, 0.75, 0.99, 1].map((p) => quantileOfSorted(oneToTen, p));
    [1, 1.45, 3.25, 5.5, 7.75, 9.91, 10].forEach((expected, i) => {
      expect(at[i]).toBeCloseTo(expected, 14);
    });
  });

  it("never decreases with p and stays within the values", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, p, p, (list, p1, p2) => {
        const ascending = sorted(Float64Array.from(list));
        const low = quantileOfSorted(ascending, Math.min(p1, p2));
        const high = quantileOfSorted(ascending, Math.max(p1, p2));
        expect(high).toBeGreaterThanOrEqual(low - 1e-9);
        expect(low).toBeGreaterThanOrEqual(ascending[0]!);
        expect(high).toBeLessThanOrEqual(ascending.at(-1)! + 1e-9);
      }),
    );
  });

  it("refuses no values and probabilities outside [0, 1]", () => {
    expect(() => quantileOfSorted(new Float64Array(0), 0.5)).toThrow("at least one value");
    expect(() => quantileOfSorted(Float64Array.of(1), 1.5)).toThrow("not 1.5");
  });
});
