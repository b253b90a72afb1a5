import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrinkTowardsZero } from "../../../../src/quant/statistics/thompson-shrinkage.js";

const number = fc.double({ min: -10, max: 10, noNaN: true });

describe("shrinkTowardsZero", () => {
  it("keeps four fifths of two standard errors and a fifth of half a one", () => {
    expect(shrinkTowardsZero(0.4, 0.2)).toBeCloseTo(0.32, 14);
    expect(shrinkTowardsZero(-0.1, 0.2)).toBeCloseTo(-0.02, 14);
  });

  it("keeps the sign and never grows, and keeps what is certain", () => {
    fc.assert(
      fc.property(number, number.map(Math.abs), (estimate, error) => {
        const shrunk = shrinkTowardsZero(estimate, error);
        expect(Math.abs(shrunk)).toBeLessThanOrEqual(Math.abs(estimate));
        expect(shrunk * estimate).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(shrinkTowardsZero(0.3, 0)).toBe(0.3);
    expect(shrinkTowardsZero(0, 0)).toBe(0);
  });
});
