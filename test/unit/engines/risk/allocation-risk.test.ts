import { describe, expect, it } from "vitest";
import { allocationRisk } from "../../../../src/engines/risk/allocation-risk.js";

describe("allocationRisk", () => {
  it("hands out contributions by weight where nothing varies", () => {
    const close = new Float64Array(60).fill(3);
    const still = {
      weights: Float64Array.of(0.25, 0.75),
      covarianceAnnual: new Float64Array(4),
      close,
      symbols: 2,
      bars: 30,
    };
    const risk = allocationRisk(still);
    expect(risk).toMatchObject({ volatilityAnnual: 0, diversificationRatio: 1 });
    expect(risk.contributions).toEqual(Float64Array.of(0.25, 0.75));
    expect(risk.tailRisk.parametricEs99).toBeCloseTo(0, 15);
  });

  it("finds two equal uncorrelated assets √2 times diversified", () => {
    const close = new Float64Array(60).fill(3);
    const covarianceAnnual = Float64Array.of(0.04, 0, 0, 0.04);
    const risk = allocationRisk({ weights: Float64Array.of(0.5, 0.5), covarianceAnnual, close, symbols: 2, bars: 30 });
    expect(risk.diversificationRatio).toBeCloseTo(Math.SQRT2, 14);
    expect(risk.volatilityAnnual).toBeCloseTo(0.2 * Math.SQRT1_2, 14);
  });
});
