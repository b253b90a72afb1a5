import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalDensity, normalQuantile } from "../../../../src/quant/statistics/normal-distribution.js";

describe("normalQuantile", () => {
  it("gives the check values that Wichura (1988) prints", () => {
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798408, 14);
  });

  it("gives the quantiles of value at risk", () => {
    expect(normalQuantile(0.05)).toBeCloseTo(-1.6448536269514729, 14);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 14);
  });

  it("is the inverse of the integral of the density", () => {
    const p = fc.double({ min: 0.0005, max: 0.9995, noNaN: true });
    fc.assert(
      fc.property(p, (probability) => {
        const x = normalQuantile(probability);
        // Simpson's rule from the median on.
        const steps = 200;
        const width = x / steps;
        let sum = normalDensity(0) + normalDensity(x);
        for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * normalDensity(i * width);
        expect(0.5 + (sum * width) / 3).toBeCloseTo(probability, 8);
      }),
    );
  });

  it("is odd about one half, infinite at the ends, and refuses what is no probability", () => {
    expect(normalQuantile(0.2)).toBeCloseTo(-normalQuantile(0.8), 14);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(() => normalQuantile(1.2)).toThrow("not 1.2");
  });
});

describe("normalDensity", () => {
  it("peaks at 1/√(2π)", () => {
    expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15);
    expect(normalDensity(1)).toBeCloseTo(0.24197072451914337, 15);
  });
});
