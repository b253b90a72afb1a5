import { describe, expect, it } from "vitest";
import { DirectionalMovement, trueRange } from "../../../../src/quant/indicators/directional-movement.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("trueRange", () => {
  it("reaches back to the previous close over a gap", () => {
    expect(trueRange(11, 10, 8)).toBe(3);
    expect(trueRange(11, 10, 13)).toBe(3);
    expect(trueRange(11, 10, 10.5)).toBe(1);
  });
});

describe("DirectionalMovement", () => {
  it("is all zero where the price has not moved", () => {
    const movement = new DirectionalMovement();
    for (let i = 0; i < 40; i++) movement.next(5, 5, 5);
    expect(movement).toMatchObject({ averageTrueRange: 0, plusIndicator: 0, minusIndicator: 0, averageIndex: 0 });
  });

  it("points one way for a price that only rises", () => {
    const movement = new DirectionalMovement();
    for (let i = 0; i < 40; i++) movement.next(11 + i, 10 + i, 10.5 + i);
    expect(movement.averageIndex).toBe(100);
    expect(movement.minusIndicator).toBe(0);
    expect(movement.averageTrueRange).toBe(1.5);
  });
});

describeWith(published, "DirectionalMovement on the published series", () => {
  it("equals ATR(14), +DI, −DI and ADX(14)", () => {
    const { high, low, close } = publishedBars();
    const movement = new DirectionalMovement();
    const states = Array.from(close, (price, i) => {
      movement.next(high[i]!, low[i]!, price);
      const { averageTrueRange, plusIndicator, minusIndicator, averageIndex } = movement;
      return { averageTrueRange, plusIndicator, minusIndicator, averageIndex };
    });
    const compared = [
      expectSeries(
        states.map((state) => state.averageTrueRange),
        publishedSeries("atr", "atr"),
      ),
      expectSeries(
        states.map((state) => state.plusIndicator),
        publishedSeries("adx", "pdi"),
      ),
      expectSeries(
        states.map((state) => state.minusIndicator),
        publishedSeries("adx", "mdi"),
      ),
      expectSeries(
        states.map((state) => state.averageIndex),
        publishedSeries("adx", "adx"),
      ),
    ];
    expect(compared).toEqual([488, 488, 488, 475]);
    expect(states[501]!.averageTrueRange).toBeCloseTo(6.1497482878433045, 9);
    expect(states[501]!.averageIndex).toBeCloseTo(34.298699144618226, 9);
  });
});
