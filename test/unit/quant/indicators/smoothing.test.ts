import { describe, expect, it } from "vitest";
import { exponentialAverage, wilderAverage } from "../../../../src/quant/indicators/smoothing.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("exponentialAverage", () => {
  it("begins with the plain mean and then moves by 2 / (period + 1) of the distance", () => {
    const average = exponentialAverage(3);
    expect([3, 4, 8, 9, 1].map((value) => average.next(value))).toEqual([NaN, NaN, 5, 7, 4]);
  });
});

describe("wilderAverage", () => {
  it("begins with the plain mean and then moves by 1 / period of the distance", () => {
    const average = wilderAverage(2);
    expect([3, 5, 8, 4].map((value) => average.next(value))).toEqual([NaN, 4, 6, 5]);
  });
});

describeWith(published, "recursive averages on published series", () => {
  it("equal EMA(20)", () => {
    const average = exponentialAverage(20);
    const actual = publishedBars().close.map((close) => average.next(close));
    expect(expectSeries(actual, publishedSeries("ema", "ema"))).toBe(483);
    expect(actual[501]).toBeCloseTo(249.35189668034732, 9);
  });

  it("equal Wilder's smoothed average SMMA(20)", () => {
    const average = wilderAverage(20);
    const actual = publishedBars().close.map((close) => average.next(close));
    expect(expectSeries(actual, publishedSeries("smma", "smma"))).toBe(483);
  });
});
