import { describe, expect, it } from "vitest";
import { rangePosition } from "../../../../src/quant/indicators/range-position.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("rangePosition", () => {
  it("goes from 0 at the lowest low to 1 at the highest high, and is 0.5 in an empty range", () => {
    const high = Float64Array.of(9, 4, 3);
    const low = Float64Array.of(0, 1, 2);
    expect(rangePosition({ high, low, close: Float64Array.of(5, 2, 2.5) }, 2)).toBe(0.5);
    expect(rangePosition({ high, low, close: Float64Array.of(5, 2, 3) }, 2, 3)).toBeCloseTo(2 / 3, 15);
    const flat = new Float64Array(3).fill(7);
    expect(rangePosition({ high: flat, low: flat, close: flat }, 3)).toBe(0.5);
  });
});

describeWith(published, "rangePosition on the published series", () => {
  it("gives Williams' %R(14) and, averaged over 3 bars, the stochastic oscillator (14, 3)", () => {
    const bars = publishedBars();
    const raw = bars.close.map((_, i) => (i < 13 ? NaN : 100 * rangePosition(bars, 14, i + 1)));
    expect(
      expectSeries(
        raw.map((value) => value - 100),
        publishedSeries("willr", "williamsR"),
      ),
    ).toBe(489);
    const slow = raw.map((value, i) => (i < 2 ? NaN : (raw[i - 2]! + raw[i - 1]! + value) / 3));
    expect(expectSeries(slow, publishedSeries("stoch", "k"))).toBe(487);
  });
});
