import { describe, expect, it } from "vitest";
import { ConvergenceDivergence } from "../../../../src/quant/indicators/convergence-divergence.js";
import { describeWith } from "../../../support/requirements.js";
import { expectSeries, published, publishedBars, publishedSeries } from "./published-series.js";

describe("ConvergenceDivergence", () => {
  it("is zero for a price that stands, from the 26th close on, its signal from the 34th on", () => {
    const convergence = new ConvergenceDivergence();
    for (let i = 1; i <= 34; i++) {
      convergence.next(5);
      expect(convergence.line).toBe(i < 26 ? NaN : 0);
      expect(convergence.signal).toBe(i < 34 ? NaN : 0);
    }
  });
});

describeWith(published, "ConvergenceDivergence on the published series", () => {
  it("equals line and signal of MACD(12, 26, 9)", () => {
    const convergence = new ConvergenceDivergence();
    const states = Array.from(publishedBars().close, (close) => {
      convergence.next(close);
      return { line: convergence.line, signal: convergence.signal };
    });
    const lines = states.map(({ line }) => line);
    const signals = states.map(({ signal }) => signal);
    expect(expectSeries(lines, publishedSeries("macd", "macd"))).toBe(477);
    expect(expectSeries(signals, publishedSeries("macd", "signal"))).toBe(469);
    expect(lines[501]).toBeCloseTo(-6.2197702562027075, 9);
    expect(signals[501]).toBeCloseTo(-5.856891653610954, 9);
    expect(lines[501]! - signals[501]!).toBeCloseTo(-0.36287860259175364, 9);
  });
});
