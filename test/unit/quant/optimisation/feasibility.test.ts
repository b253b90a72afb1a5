import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldRange, infeasibility } from "../../../../src/quant/optimisation/feasibility.js";
import { property } from "../../../support/property.js";

const constraints = (minWeight: number, maxWeight: number, maxAssets: number) => ({ minWeight, maxWeight, maxAssets });

describe("infeasibility", () => {
  it("accepts what can be met, at the edge too", () => {
    expect(infeasibility(constraints(0.01, 0.25, 10), 32)).toBeUndefined();
    expect(infeasibility(constraints(0.01, 0.25, 10))).toBeUndefined();
    expect(infeasibility(constraints(0.25, 0.25, 4), 4)).toBeUndefined();
    expect(infeasibility(constraints(0.1, 0.1, 10), 10)).toBeUndefined();
    expect(infeasibility(constraints(1 / 3, 1 / 3, 3), 3)).toBeUndefined();
    expect(infeasibility(constraints(1, 1, 1), 2)).toBeUndefined();
  });

  it.each([
    [constraints(0.01, 0.25, 3), 32, "maxAssets", "maxAssets 3 × maxWeight 0.25 = 0.75 < 1"],
    [constraints(0.01, 0.1, 5), undefined, "maxAssets", "maxAssets 5 × maxWeight 0.1 = 0.5 < 1"],
    [constraints(0.01, 0.25, 10), 3, "universe", "universe of 3 assets: 3 × maxWeight 0.25 = 0.75 < 1"],
    [constraints(0.3, 0.25, 10), 32, "minWeight", "minWeight 0.3 > maxWeight 0.25"],
    [
      constraints(0.3, 0.32, 10),
      32,
      "minWeight",
      "no number of held assets fits: 3 × maxWeight 0.32 = 0.96 < 1 and 4 × minWeight 0.3 = 1.2 > 1",
    ],
  ])("refuses %j over %s assets and names %s", (refused, assets, constraint, reason) => {
    const error = infeasibility(refused, assets);
    expect(error?.code).toBe("INFEASIBLE");
    expect(error?.message).toBe(`the mandate cannot be met: ${reason}`);
    expect(error?.details).toEqual({ constraint, ...refused, ...(assets !== undefined && { assets }) });
  });

  property([fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 40 })])(
    "refuses exactly when no number of held assets fits between the bounds",
    (minPercent, maxPercent, maxAssets) => {
      const assets = 30;
      const fits = Array.from({ length: Math.min(maxAssets, assets) }, (_, k) => k + 1).some(
        (held) => held * minPercent <= 100 && held * maxPercent >= 100,
      );
      const refused = constraints(minPercent / 100, maxPercent / 100, maxAssets);
      expect(infeasibility(refused, assets) === undefined).toBe(fits && minPercent <= maxPercent);
    },
  );
});

describe("heldRange", () => {
  it("says how few reach 1 and how many stay within it", () => {
    expect(heldRange(constraints(0.01, 0.25, 10), 32)).toEqual({ least: 4, most: 10 });
    expect(heldRange(constraints(0.2, 0.3, 10), 32)).toEqual({ least: 4, most: 5 });
    expect(heldRange(constraints(0, 1, 10), 6)).toEqual({ least: 1, most: 6 });
  });
});
