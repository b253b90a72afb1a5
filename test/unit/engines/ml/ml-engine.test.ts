import { beforeAll, describe, expect, it } from "vitest";
import { ReturnPrediction, type ReturnPredictionValue } from "../../../../src/domain/products/prediction.js";
import type { FactorMatrixValue, FeatureMatrixValue } from "../../../../src/domain/products/factor.js";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import { factorEngine } from "../../../../src/engines/factor/factor-engine.js";
import { featuresEngine } from "../../../../src/engines/features/features-engine.js";
import { mlEngine } from "../../../../src/engines/ml/ml-engine.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { operationOf } from "../inline-context.js";
import { pickSymbols, sliceHistory, syntheticHistory } from "../synthetic-history.js";

interface Inputs extends Record<string, unknown> {
  readonly features: FeatureMatrixValue;
  readonly history: MarketHistoryValue;
}

const predict = operationOf<ReturnPredictionValue>(mlEngine, "predict_returns");

async function inputsOf(history: MarketHistoryValue): Promise<Inputs> {
  const factors = await operationOf<FactorMatrixValue>(factorEngine, "calculate_factors")({ history });
  const features = await operationOf<FeatureMatrixValue>(featuresEngine, "engineer_features")({ factors });
  return { features, history };
}

describe("mlEngine", () => {
  let inputs: Inputs;
  beforeAll(async () => {
    inputs = await inputsOf(syntheticHistory({ symbols: 6, bars: 130, seed: "ml" }));
  });

  it("gives a prediction for every asset with its record out of sample", async () => {
    const prediction = await predict(inputs);
    expect(ReturnPrediction.schema.parse(prediction)).toEqual(prediction);
    expect(prediction).toMatchObject({
      asOf: inputs.history.asOf,
      symbols: inputs.history.symbols,
      horizonBars: 5,
      coverage: 1,
    });
    expect(prediction.outOfSample.testDates).toBe(61 - 35);
    expect(prediction.expectedReturn.every(Number.isFinite)).toBe(true);
    prediction.expectedReturn.forEach((value, s) => {
      expect(prediction.expectedReturnAnnual[s]).toBeCloseTo((value * 252) / 5, 12);
    });
  });

  it("states as its quality the information coefficient, no less than 0 and no more than 1", async () => {
    const quality = mlEngine.create().operations![0]!.quality!;
    const prediction = await predict(inputs);
    const withCoefficient = (informationCoefficient: number): never =>
      ({ ...prediction, outOfSample: { ...prediction.outOfSample, informationCoefficient } }) as never;
    expect([-0.2, 0.07, 1.5].map((value) => quality(withCoefficient(value)))).toEqual([0, 0.07, 1]);
  });

  it("leaves its inputs alone and answers the same bytes again", async () => {
    const before = contentDigest(inputs);
    const first = contentDigest(await predict(inputs));
    expect(contentDigest(await predict(inputs))).toBe(first);
    expect(contentDigest(inputs)).toBe(before);
  });

  it("learns through all engines that yesterday's losers bounce back, where they do", async () => {
    const random = createRandom("bounce");
    const last = new Float64Array(12);
    const own = (s: number): number => {
      last[s] = -0.6 * last[s]! + 0.01 * random.normal();
      return last[s];
    };
    const history = syntheticHistory({ symbols: 12, bars: 200, seed: "bounce", logReturn: own });
    const { outOfSample, expectedReturn } = await predict(await inputsOf(history));
    expect(outOfSample.informationCoefficient).toBeGreaterThan(4 * outOfSample.informationCoefficientStandardError);
    const gained = (s: number): number => history.close[s * 200 + 199]! / history.close[s * 200 + 198]!;
    const byGain = Array.from({ length: 12 }, (_, s) => s).sort((a, b) => gained(a) - gained(b));
    expect(expectedReturn[byGain[0]!]).toBeGreaterThan(expectedReturn[byGain[11]!]!);
  });

  it("says how many dates and bars walk-forward training needs and how many there are", async () => {
    const short = await inputsOf(sliceHistory(inputs.history, 0, 113));
    await expect(predict(short)).rejects.toMatchObject({
      code: "NO_HISTORY",
      message:
        "walk-forward training needs features of at least 50 dates, there are 49 up to 2015-04-23: " +
        "the history needs at least 114 bars and has 113",
    });
    const enough = await predict(await inputsOf(sliceHistory(inputs.history, 0, 114)));
    expect(enough.outOfSample).toMatchObject({ folds: 2, testDates: 10 });
  });

  it("refuses features that do not belong to the history", async () => {
    const { features, history } = inputs;
    const others = pickSymbols(history, [1, 0, 2, 3, 4, 5]);
    await expect(predict({ features, history: others })).rejects.toThrow("the features are of S00, S01");
    const later = { ...history, asOf: "2020-01-01" };
    await expect(predict({ features, history: later })).rejects.toThrow("the history as of 2020-01-01");
    const shifted = { ...features, dates: ["2014-12-31", ...features.dates.slice(0, -1)] };
    await expect(predict({ features: shifted, history })).rejects.toThrow("are not the last 66 of the history");
    const cut = { ...features, values: features.values.slice(1) };
    await expect(predict({ features: cut, history })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
