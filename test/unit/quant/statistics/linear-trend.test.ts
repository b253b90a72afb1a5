import { describe, expect, it } from "vitest";
import { linearTrend } from "../../../../src/quant/statistics/linear-trend.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "../indicators/published-series.js";

describe("linearTrend", () => {
  it("equals a regression worked by hand", () => {
    const { slope, tStatistic } = linearTrend(Float64Array.of(99, 1, 2, 1.3, 3, 3.2), 1, 6);
    expect(slope).toBeCloseTo(0.54, 12);
    const residual = [1, 2, 1.3, 3, 3.2].reduce((sum, y, i) => sum + (y - (2.1 + 0.54 * (i - 2))) ** 2, 0);
    expect(tStatistic).toBeCloseTo(0.54 / Math.sqrt(residual / 3 / 10), 10);
  });

  it("is flat for a constant and bounded for a perfect line", () => {
    expect(linearTrend(new Float64Array(20).fill(0.1))).toEqual({ slope: 0, tStatistic: 0 });
    expect(linearTrend(Float64Array.of(1, 2, 3, 4)).tStatistic).toBe(1000);
    expect(linearTrend(Float64Array.of(4, 3, 2, 1)).tStatistic).toBe(-1000);
    expect(linearTrend(Float64Array.of(1, 2))).toEqual({ slope: 0, tStatistic: 0 });
  });
});

describeWith(published, "linearTrend on the published series", () => {
  it("equals Slope(14)", () => {
    const { close } = publishedBars();
    const actual = close.map((_, i) => (i < 13 ? NaN : linearTrend(close, i - 13, i + 1).slope));
    expect(expectSeries(actual, publishedSeries("slope", "slope"))).toBe(489);
  });
});
