import { describe, expect, it } from "vitest";
import { bollingerBands } from "../../../../src/quant/indicators/bands.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("bollingerBands", () => {
  it("has no width around closes that are equal, and puts them in the middle", () => {
    expect(bollingerBands(new Float64Array(20).fill(0.1), 20)).toMatchObject({ width: 0, percentB: 0.5 });
  });

  it("spreads by two population standard deviations", () => {
    expect(bollingerBands(Float64Array.of(99, 1, 3), 2)).toEqual({
      middle: 2,
      upper: 4,
      lower: 0,
      percentB: 0.75,
      width: 2,
    });
  });
});

describeWith(published, "bollingerBands on the published series", () => {
  it("equals Bollinger(20, 2) and its SMA(20)", () => {
    const { close } = publishedBars();
    const bands = Array.from(close, (_, i) => (i < 19 ? undefined : bollingerBands(close, 20, i + 1)));
    const series = (field: "middle" | "upper" | "lower" | "percentB" | "width"): number[] =>
      bands.map((band) => band?.[field] ?? NaN);
    const compared = [
      expectSeries(series("middle"), publishedSeries("sma", "sma")),
      expectSeries(series("upper"), publishedSeries("bb", "upperBand")),
      expectSeries(series("lower"), publishedSeries("bb", "lowerBand")),
      expectSeries(series("percentB"), publishedSeries("bb", "percentB")),
      expectSeries(series("width"), publishedSeries("bb", "width")),
    ];
    expect(compared).toEqual([483, 483, 483, 483, 483]);
    expect(bands[501]!.middle).toBeCloseTo(251.86, 9);
    expect(bands[501]!.upper).toBeCloseTo(273.7004230728253, 9);
    expect(bands[501]!.lower).toBeCloseTo(230.01957692717465, 9);
  });
});
