import { describe, expect, it } from "vitest";
import { commodityChannel } from "../../../../src/quant/indicators/commodity-channel.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("commodityChannel", () => {
  it("is 0 where the prices are equal, whatever they are", () => {
    expect(commodityChannel(new Float64Array(20).fill(0.1), 20)).toBe(0);
  });
});

describeWith(published, "commodityChannel on the published series", () => {
  it("equals CCI(20)", () => {
    const { typical } = publishedBars();
    const actual = typical.map((_, i) => (i < 19 ? NaN : commodityChannel(typical, 20, i + 1)));
    expect(expectSeries(actual, publishedSeries("cci", "cci"))).toBe(483);
  });
});
