import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AllocationRisk,
  RiskModel,
  type AllocationRiskValue,
  type RiskModelValue,
} from "../../../../src/domain/products/risk.js";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import type { PortfolioAllocationValue } from "../../../../src/domain/products/portfolio.js";
import type { ReturnPredictionValue } from "../../../../src/domain/products/prediction.js";
import { riskEngine } from "../../../../src/engines/risk/risk-engine.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { ledoitWolf } from "../../../../src/quant/covariance/ledoit-wolf.js";
import { simpleReturns } from "../../../../src/quant/series/simple-returns.js";
import { operationOf } from "../inline-context.js";
import { sliceHistory, syntheticHistory } from "../synthetic-history.js";

const build = operationOf<RiskModelValue>(riskEngine, "build_risk_model");
const assess = operationOf<AllocationRiskValue>(riskEngine, "assess_allocation_risk");
const history = syntheticHistory({ symbols: 5, bars: 120, seed: "risk" });

function predictionOf({ asOf, symbols }: Pick<MarketHistoryValue, "asOf" | "symbols">): ReturnPredictionValue {
  return {
    asOf,
    horizonBars: 5,
    symbols,
    expectedReturn: new Float64Array(symbols.length).fill(0.001),
    expectedReturnAnnual: new Float64Array(symbols.length).fill(0.05),
    model: "test",
    outOfSample: {
      informationCoefficient: 0,
      informationCoefficientStandardError: 0.1,
      hitRate: 0.5,
      folds: 2,
      testDates: 10,
    },
    coverage: 1,
  };
}

function allocationOf(weights: Record<string, number>, asOf = history.asOf): PortfolioAllocationValue {
  const figures = { expectedReturn: 0, volatility: 0, objective: 0, gapToOptimum: 0, stages: [] };
  const record = { informationCoefficient: 0, informationCoefficientStandardError: 1, coverage: 1 };
  return { asOf, weights, ...figures, method: "test", gapKind: "exact", prediction: { model: "test", ...record } };
}

describe("build_risk_model", () => {
  it("gives the annual shrunk covariance of simple returns, and tails for every asset", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    expect(RiskModel.schema.parse(model)).toEqual(model);
    const returns = history.symbols.map((_, s) => simpleReturns(history.close, s * 120, 120));
    const { covariance, intensity, averageCorrelation } = ledoitWolf(returns);
    expect(model).toMatchObject({ observations: 119, shrinkage: intensity, averageCorrelation, predictionCoverage: 1 });
    covariance.forEach((value, i) => {
      expect(model.covarianceAnnual[i]).toBeCloseTo(252 * value, 14);
    });
    model.volatilityAnnual.forEach((value, s) => {
      expect(value ** 2).toBeCloseTo(model.covarianceAnnual[s * 6]!, 14);
    });
    for (const tail of model.tailRisk) {
      expect(tail.historicalEs95).toBeGreaterThanOrEqual(tail.historicalVar95);
      expect(tail.parametricEs99).toBeGreaterThan(tail.parametricVar99);
      expect(tail.historicalVar99).toBeGreaterThanOrEqual(tail.historicalVar95);
    }
  });

  it("states the share of the universe that the prediction covers, also as its quality", async () => {
    const prediction = predictionOf({ asOf: history.asOf, symbols: ["S03", "S00"] });
    const model = await build({ history, prediction });
    expect(model.predictionCoverage).toBe(0.4);
    expect(riskEngine.create().operations![0]!.quality!(model as never)).toBe(0.4);
  });

  it("refuses a prediction of other assets, of another date, or that is not one", async () => {
    const right = predictionOf(history);
    const refused = async (change: Partial<ReturnPredictionValue>, message: string): Promise<void> => {
      await expect(build({ history, prediction: { ...right, ...change } })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        message,
      });
    };
    await refused({ asOf: "2014-01-01" }, "the prediction is as of 2014-01-01, the history as of 2015-04-30");
    await refused(
      { symbols: ["S00", "S01", "S02", "GOLD", "OIL"] },
      "the prediction covers GOLD, OIL, the history does not",
    );
    await refused({ expectedReturn: new Float64Array(2) }, "the prediction has 2 returns for 5 symbols");
    await refused({ expectedReturn: Float64Array.of(0, 0, NaN, 0, 0) }, "the predicted return of S02 is not a number");
  });

  it("says how many bars it needs and how many there are", async () => {
    const short = sliceHistory(history, 0, 20);
    await expect(build({ history: short, prediction: predictionOf(short) })).rejects.toMatchObject({
      code: "NO_HISTORY",
      message: "risk figures need at least 21 bars, the history has 20 up to 2015-01-20",
    });
  });

  it("leaves its inputs alone and answers the same bytes again", async () => {
    const inputs = { history, prediction: predictionOf(history) };
    const before = contentDigest(inputs);
    const first = contentDigest(await build(inputs));
    expect(contentDigest(await build(inputs))).toBe(first);
    expect(contentDigest(inputs)).toBe(before);
  });
});

describe("assess_allocation_risk", () => {
  const weights = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 })
    .map((parts) => {
      const total = parts.reduce((sum, part) => sum + part, 0);
      return Object.fromEntries(parts.map((part, s) => [`S0${s}`, part / total]));
    });

  it("gives contributions that sum to one and a diversification ratio of at least one", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    await fc.assert(
      fc.asyncProperty(weights, async (drawn) => {
        const risk = await assess({ allocation: allocationOf(drawn), model, history });
        expect(AllocationRisk.schema.parse(risk)).toEqual(risk);
        expect(Object.keys(risk.riskContribution)).toEqual(Object.keys(drawn));
        const sum = Object.values(risk.riskContribution).reduce((total, share) => total + share, 0);
        expect(sum).toBeCloseTo(1, 12);
        expect(risk.diversificationRatio).toBeGreaterThanOrEqual(1);
        expect(risk.tailRisk.historicalEs99).toBeGreaterThanOrEqual(risk.tailRisk.historicalVar99);
      }),
      { numRuns: 50 },
    );
  });

  it("is the risk of the asset itself where only one is held", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    const risk = await assess({ allocation: allocationOf({ S02: 1 }), model, history });
    expect(risk).toMatchObject({ riskContribution: { S02: 1 }, diversificationRatio: 1, observations: 119 });
    expect(risk.volatilityAnnual).toBeCloseTo(model.volatilityAnnual[2]!, 14);
    for (const [name, value] of Object.entries(model.tailRisk[2]!)) {
      expect(risk.tailRisk[name as "historicalVar95"]).toBeCloseTo(value, 12);
    }
  });

  it("takes volatility from the model and history from the weights, by hand for two assets", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    const risk = await assess({ allocation: allocationOf({ S04: 0.25, S01: 0.75 }), model, history });
    const entry = (i: number, j: number): number => model.covarianceAnnual[i * 5 + j]!;
    const variance = 0.75 ** 2 * entry(1, 1) + 0.25 ** 2 * entry(4, 4) + 2 * 0.75 * 0.25 * entry(1, 4);
    expect(risk.volatilityAnnual).toBeCloseTo(Math.sqrt(variance), 14);
    expect(risk.riskContribution["S04"]).toBeCloseTo(
      (0.25 ** 2 * entry(4, 4) + 0.75 * 0.25 * entry(1, 4)) / variance,
      12,
    );
    const [one, four] = [1, 4].map((s) => simpleReturns(history.close, s * 120, 120));
    const losses = Array.from(one!, (value, t) => -(0.75 * value + 0.25 * four![t]!)).sort((a, b) => b - a);
    // 119 returns: the 5 % quantile lies 5.9 steps from the worst.
    expect(risk.tailRisk.historicalVar95).toBeCloseTo(losses[5]! + 0.9 * (losses[6]! - losses[5]!), 12);
  });

  it("does not depend on the order in which the weights are named", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    const one = await assess({ allocation: allocationOf({ S00: 0.2, S01: 0.3, S03: 0.5 }), model, history });
    const other = await assess({ allocation: allocationOf({ S03: 0.5, S01: 0.3, S00: 0.2 }), model, history });
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  it("refuses other dates, assets it does not know, and weights that do not sum to one", async () => {
    const model = await build({ history, prediction: predictionOf(history) });
    const refused = async (allocation: PortfolioAllocationValue, message: string, of = model): Promise<void> => {
      await expect(assess({ allocation, model: of, history })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        message,
      });
    };
    await refused(allocationOf({ GOLD: 1 }), "the allocation holds GOLD, which the risk model lacks");
    await refused(allocationOf({ GOLD: 1 }), "the allocation holds GOLD, which the history lacks", {
      ...model,
      symbols: ["GOLD", ...model.symbols.slice(1)],
    });
    await refused(allocationOf({ S00: 0.5 }), "the weights of the allocation sum to 0.5, not 1");
    await refused(allocationOf({}), "the weights of the allocation sum to 0, not 1");
    await refused(
      allocationOf({ S00: 1 }, "2014-01-01"),
      "the allocation is as of 2014-01-01, the history as of 2015-04-30",
    );
    await refused(allocationOf({ S00: 1 }), "the risk model is as of 2014-01-01, the history as of 2015-04-30", {
      ...model,
      asOf: "2014-01-01",
    });
  });
});
