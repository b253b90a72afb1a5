import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanWeights } from "../../../../src/quant/optimisation/clean-weights.js";
import { property } from "../../../support/property.js";

const noise = fc.integer({ min: -100, max: 100 }).map((parts) => parts * 1e-14);
const bounds = { minWeight: 0.05, maxWeight: 0.4 };

/** Held weights strictly between the bounds that sum to one, then noise on each, and dust on what is not held. */
const noisy = fc
  .tuple(
    fc.array(fc.integer({ min: 10, max: 14 }), { minLength: 4, maxLength: 12 }),
    fc.array(noise, { minLength: 14, maxLength: 14 }),
  )
  .map(([parts, drift]) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return Float64Array.from([...parts.map((part) => part / sum), 0, 0], (weight, i) => weight + drift[i]!);
  });

describe("cleanWeights", () => {
  property([noisy])("holds every constraint exactly and sums to one", (weights) => {
    const clean = cleanWeights(weights, bounds);
    expect(Math.abs(clean.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(1e-15 * clean.length);
    clean.forEach((weight, i) => {
      expect(Math.abs(weight - weights[i]!)).toBeLessThan(1e-10);
      if (Object.is(weight, 0)) return;
      expect(weight).toBeGreaterThanOrEqual(bounds.minWeight);
      expect(weight).toBeLessThanOrEqual(bounds.maxWeight);
    });
  });

  it("lets nothing negative and no dust through", () => {
    expect(cleanWeights(Float64Array.of(-1e-17, 1e-13, 1), { minWeight: 0, maxWeight: 1 })).toEqual(
      Float64Array.of(0, 0, 1),
    );
  });

  it("leaves weights alone that all stand at their bound", () => {
    const thirds = Float64Array.of(1 / 3, 1 / 3, 1 / 3);
    expect(cleanWeights(thirds, { minWeight: 0, maxWeight: 1 / 3 })).toEqual(thirds);
  });
});
