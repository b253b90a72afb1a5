import { describe, expect, it } from "vitest";
import { chaikinMoneyFlow, moneyFlowIndex, volumeWeightedPrice } from "../../../../src/quant/indicators/money-flow.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

const PRICES = Float64Array.of(1, 2, 3, 4);
const RISING = { high: PRICES, low: PRICES, close: PRICES, typical: PRICES, volume: new Float64Array(4).fill(10) };
const UNTRADED = { ...RISING, volume: new Float64Array(4) };

describe("moneyFlowIndex", () => {
  it("is 100 where money only flows in and 50 where none flows", () => {
    expect(moneyFlowIndex(RISING, 3)).toBe(100);
    expect(moneyFlowIndex(UNTRADED, 3)).toBe(50);
  });
});

describe("chaikinMoneyFlow", () => {
  it("is 0 without volume or without range", () => {
    expect(chaikinMoneyFlow(RISING, 3)).toBe(0);
    expect(chaikinMoneyFlow({ ...UNTRADED, low: new Float64Array(4) }, 3)).toBe(0);
  });

  it("is 1 where every close is its bar's high", () => {
    expect(chaikinMoneyFlow({ ...RISING, low: new Float64Array(4) }, 3)).toBe(1);
  });
});

describe("volumeWeightedPrice", () => {
  it("weighs prices by volume, and equally where nothing was traded", () => {
    expect(volumeWeightedPrice({ ...RISING, volume: Float64Array.of(0, 0, 1, 3) }, 2)).toBe(3.75);
    expect(volumeWeightedPrice(UNTRADED, 2)).toBe(3.5);
  });
});

describeWith(published, "money flow on the published series", () => {
  it("equals MFI(14) and CMF(20)", () => {
    const bars = publishedBars();
    const index = bars.close.map((_, i) => (i < 14 ? NaN : moneyFlowIndex(bars, 14, i + 1)));
    const chaikin = bars.close.map((_, i) => (i < 19 ? NaN : chaikinMoneyFlow(bars, 20, i + 1)));
    expect(expectSeries(index, publishedSeries("mfi", "mfi"))).toBe(488);
    expect(expectSeries(chaikin, publishedSeries("cmf", "cmf"))).toBe(483);
  });

  it("weighs closes by volume as VWMA(14) does", () => {
    const bars = publishedBars();
    const closes = { ...bars, typical: bars.close };
    const actual = bars.close.map((_, i) => (i < 13 ? NaN : volumeWeightedPrice(closes, 14, i + 1)));
    expect(expectSeries(actual, publishedSeries("vwma", "vwma"))).toBe(489);
  });
});
