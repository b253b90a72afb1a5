import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { simpleReturns } from "../../../../src/quant/series/simple-returns.js";
import { mean, standardDeviation } from "../../../../src/quant/statistics/moments.js";
import { sorted } from "../../../../src/quant/statistics/quantile.js";
import { historicalTail, normalTail, tailRisk } from "../../../../src/quant/tail-risk/tail-risk.js";
import { readColumns } from "../csv-columns.js";

const returns = fc
  .array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map((list) => Float64Array.from(list));

function sp500Returns(): Float64Array {
  const folder = dirname(fileURLToPath(import.meta.resolve("vega-datasets")));
  return simpleReturns(readColumns(join(folder, "../data/sp500-2000.csv"))["close"]!);
}

describe("tailRisk", () => {
  it("gives the published historical VaR of the S&P 500 from 2000 to 2020", () => {
    const series = sp500Returns();
    expect(series).toHaveLength(5104);
    const risk = tailRisk(series, { mean: mean(series), deviation: standardDeviation(series) });
    expect(-100 * risk.historicalVar95).toBeCloseTo(-1.8938963, 7);
    expect(-100 * risk.historicalVar99).toBeCloseTo(-3.4508206, 7);
    // Fat tails: the normal distribution sees less of them.
    expect(risk.historicalEs99).toBeGreaterThan(1.4 * risk.parametricEs99);
  });

  it("agrees between both kinds on draws from a normal distribution", () => {
    const random = createRandom("normal returns");
    const series = Float64Array.from({ length: 100_000 }, () => 0.0005 + 0.01 * random.normal());
    const risk = tailRisk(series, { mean: 0.0005, deviation: 0.01 });
    expect(risk.historicalVar95 / risk.parametricVar95).toBeCloseTo(1, 1);
    expect(risk.historicalVar99 / risk.parametricVar99).toBeCloseTo(1, 1);
    expect(risk.historicalEs95 / risk.parametricEs95).toBeCloseTo(1, 1);
    expect(risk.historicalEs99 / risk.parametricEs99).toBeCloseTo(1, 1);
  });
});

describe("historicalTail", () => {
  it("never puts the shortfall below the value at risk, and neither falls as the tail gets thinner", () => {
    fc.assert(
      fc.property(returns, (drawn) => {
        const ascending = sorted(drawn);
        const [wide, thin] = [historicalTail(ascending, 0.05), historicalTail(ascending, 0.01)];
        expect(wide.es).toBeGreaterThanOrEqual(wide.var);
        expect(thin.es).toBeGreaterThanOrEqual(thin.var);
        expect(thin.var).toBeGreaterThanOrEqual(wide.var - 1e-12);
        expect(thin.es).toBeGreaterThanOrEqual(wide.es - 1e-12);
      }),
    );
  });

  it("averages the losses at or beyond the quantile", () => {
    const ascending = Float64Array.from({ length: 101 }, (_, i) => (i - 50) / 1000);
    const { var: valueAtRisk, es } = historicalTail(ascending, 0.05);
    expect(valueAtRisk).toBeCloseTo(0.045, 12);
    expect(es).toBeCloseTo((0.05 + 0.049 + 0.048 + 0.047 + 0.046 + 0.045) / 6, 12);
  });

  it("is negative where even the worst observation is a gain", () => {
    expect(historicalTail(Float64Array.of(0.01, 0.02), 0.05).es).toBeLessThan(0);
  });
});

describe("normalTail", () => {
  it("gives the textbook figures of the standard normal distribution", () => {
    const standard = { mean: 0, deviation: 1 };
    expect(normalTail(standard, 0.05).var).toBeCloseTo(1.6448536269514729, 12);
    expect(normalTail(standard, 0.01).var).toBeCloseTo(2.3263478740408408, 12);
    expect(normalTail(standard, 0.05).es).toBeCloseTo(2.0627128075, 9);
    expect(normalTail(standard, 0.01).es).toBeCloseTo(2.6652142203, 9);
  });
});
