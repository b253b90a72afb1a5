import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marginRates, worstLoss, type PositionRisk } from "../../../../src/engines/collateral/margin-rates.js";
import { property } from "../../../support/property.js";

const fraction = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 1000 }).map((parts) => (parts * most) / 1000);

const position: fc.Arbitrary<PositionRisk> = fc.record({
  weight: fraction(1),
  tail: fc.record({ historicalEs99: fraction(0.5), parametricEs99: fraction(0.5) }),
  worstLoss: fraction(1),
});

describe("marginRates", () => {
  it("asks for the floors of a calm and small position", () => {
    const tail = { historicalEs99: 0.03, parametricEs99: 0.02 };
    expect(marginRates({ weight: 0.05, tail, worstLoss: 0.1 })).toEqual({ initialRate: 0.5, maintenanceRate: 0.25 });
  });

  it("asks for three days of expected shortfall where that is more, and a quarter on top to open", () => {
    const tail = { historicalEs99: 0.1, parametricEs99: 0.3 };
    const { initialRate, maintenanceRate } = marginRates({ weight: 0.05, tail, worstLoss: 0.1 });
    expect(maintenanceRate).toBeCloseTo(0.3 * Math.sqrt(3), 12);
    expect(initialRate).toBeCloseTo(1.25 * 0.3 * Math.sqrt(3), 12);
  });

  it("adds half of what a position is above a tenth of the capital", () => {
    const tail = { historicalEs99: 0, parametricEs99: 0 };
    expect(marginRates({ weight: 0.3, tail, worstLoss: 0 }).maintenanceRate).toBeCloseTo(0.25 + 0.1, 12);
  });

  property([position])("stays between the floors and the whole value, initial never below maintenance", (drawn) => {
    const { initialRate, maintenanceRate } = marginRates(drawn);
    expect(maintenanceRate).toBeGreaterThanOrEqual(0.25);
    expect(initialRate).toBeGreaterThanOrEqual(Math.max(0.5, maintenanceRate));
    expect(initialRate).toBeLessThanOrEqual(1);
  });

  property([position, fraction(0.3), fraction(0.3), fraction(0.3)])(
    "never falls when tail, worst loss or weight grow",
    (drawn, moreTail, moreLoss, moreWeight) => {
      const less = marginRates(drawn);
      const { historicalEs99, parametricEs99 } = drawn.tail;
      const more = marginRates({
        weight: drawn.weight + moreWeight,
        tail: { historicalEs99: historicalEs99 + moreTail, parametricEs99: parametricEs99 + moreTail },
        worstLoss: drawn.worstLoss + moreLoss,
      });
      expect(more.initialRate).toBeGreaterThanOrEqual(less.initialRate);
      expect(more.maintenanceRate).toBeGreaterThanOrEqual(less.maintenanceRate);
    },
  );
});

describe("worstLoss", () => {
  it("finds the deepest fall over the horizon", () => {
    expect(worstLoss(Float64Array.of(100, 90, 80, 70, 140, 133), 3)).toBeCloseTo(0.3, 12);
    expect(worstLoss(Float64Array.of(100, 90, 80, 70, 140, 133), 1)).toBeCloseTo(0.125, 12);
  });

  it("is zero where nothing was lost or nothing is known", () => {
    expect(worstLoss(Float64Array.of(1, 2, 3, 4), 2)).toBe(0);
    expect(worstLoss(Float64Array.of(1, 2), 3)).toBe(0);
  });
});
