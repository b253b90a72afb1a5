import { describe, expect, it } from "vitest";
import { RelativeStrength } from "../../../../src/quant/indicators/relative-strength.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

function last(closes: readonly number[], period: number): number {
  const strength = new RelativeStrength(period);
  return closes.map((close) => strength.next(close)).at(-1)!;
}

describe("RelativeStrength", () => {
  it("is 100 for a price that only rises, 0 for one that only falls, 50 for one that stands", () => {
    expect(last([1, 2, 3, 4], 3)).toBe(100);
    expect(last([4, 3, 2, 1], 3)).toBe(0);
    expect(last([7, 7, 7, 7], 3)).toBe(50);
  });

  it("is undefined until there are as many changes as its period", () => {
    expect(last([1, 2, 3], 3)).toBeNaN();
  });
});

describeWith(published, "RelativeStrength on the published series", () => {
  it("equals RSI(14)", () => {
    const strength = new RelativeStrength(14);
    const actual = publishedBars().close.map((close) => strength.next(close));
    expect(expectSeries(actual, publishedSeries("rsi", "rsi"))).toBe(488);
    expect(actual[501]).toBeCloseTo(42.07732356600684, 9);
  });
});
