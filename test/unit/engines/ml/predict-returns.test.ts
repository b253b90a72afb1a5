import { describe, expect, it } from "vitest";
import { panelOf } from "../../../../src/engines/ml/panel.js";
import { evidenceOf, predictReturns, walkForward } from "../../../../src/engines/ml/predict-returns.js";
import { walkForwardFolds } from "../../../../src/engines/ml/walk-forward.js";
import { rankCorrelation } from "../../../../src/quant/statistics/correlation.js";
import { simpleReturns } from "../../../../src/quant/series/simple-returns.js";
import { mean, standardDeviation } from "../../../../src/quant/statistics/moments.js";
import { neweyWestStandardError } from "../../../../src/quant/statistics/newey-west.js";
import { HORIZON, plantedCorrelation, plantedPanel } from "./planted-panel.js";

const SEEDS = Array.from({ length: 24 }, (_, seed) => seed);

describe("panelOf", () => {
  it("labels a date with the return over the horizon less the mean over the assets", () => {
    const close = Float64Array.of(9, 1, 2, 3, 9, 1, 1, 2);
    const input = { features: new Float64Array(6), width: 1, symbols: 2, dates: 3, close, bars: 4, horizon: 2 };
    const { labelled, outcome, dispersion } = panelOf(input);
    expect(labelled).toBe(1);
    expect(outcome).toEqual(Float64Array.of(0.5, -0.5));
    expect(dispersion).toBeCloseTo(Math.SQRT1_2, 14);
  });
});

describe("predictReturns", () => {
  it.each([0.25, 0.5, 1])("recovers the information coefficient of a planted signal of strength %d", (signal) => {
    const records = SEEDS.slice(0, 8).map((seed) =>
      predictReturns(plantedPanel({ symbols: 24, dates: 180, width: 12, signal, seed })),
    );
    const found = Float64Array.from(records, ({ informationCoefficient }) => informationCoefficient);
    const known = plantedCorrelation(signal, 24);
    // What is learned from a part of the dates is a little less than what is there.
    expect(mean(found)).toBeGreaterThan(0.85 * known);
    expect(mean(found)).toBeLessThan(known + (3 * standardDeviation(found)) / Math.sqrt(found.length));
    for (const { informationCoefficient, informationCoefficientStandardError: error } of records) {
      expect(Math.abs(informationCoefficient - known)).toBeLessThan(4 * error);
    }
  });

  it("predicts the assets in the order of the planted feature, spread as the record supports", () => {
    const input = plantedPanel({ symbols: 40, dates: 180, width: 8, signal: 1, seed: "final" });
    const { expectedReturn, informationCoefficient } = predictReturns(input);
    const last = (input.dates - 1) * input.symbols;
    const feature = Float64Array.from({ length: input.symbols }, (_, s) => input.features[(last + s) * input.width]!);
    expect(rankCorrelation(expectedReturn, feature)).toBeGreaterThan(0.9);
    const { dispersion } = panelOf(input);
    expect(standardDeviation(expectedReturn)).toBeLessThan(informationCoefficient * dispersion);
    expect(standardDeviation(expectedReturn)).toBeGreaterThan(0.9 * informationCoefficient * dispersion);
  });

  it("finds nothing in noise, and its standard error says how much nothing scatters", () => {
    const scores = SEEDS.map((seed) => {
      const record = predictReturns(
        plantedPanel({ symbols: 16, dates: 140, width: 10, signal: 0, seed: `noise ${seed}` }),
      );
      return record.informationCoefficient / record.informationCoefficientStandardError;
    });
    const squares = Float64Array.from(scores, (score) => score * score);
    expect(Math.abs(mean(Float64Array.from(scores)))).toBeLessThan(3 / Math.sqrt(SEEDS.length));
    expect(Math.sqrt(mean(squares))).toBeGreaterThan(0.6);
    expect(Math.sqrt(mean(squares))).toBeLessThan(1.6);
  });

  it("predicts the same for every asset when its record is no better than chance", () => {
    const failed = SEEDS.map((seed) =>
      predictReturns(plantedPanel({ symbols: 8, dates: 80, width: 6, signal: 0, seed: `luckless ${seed}` })),
    ).filter(({ informationCoefficient }) => informationCoefficient < 0);
    expect(failed.length).toBeGreaterThan(3);
    for (const { expectedReturn } of failed) expect(new Set(expectedReturn).size).toBe(1);
  });

  it("believes a seventh of the market's mean over a year of bars", () => {
    const input = plantedPanel({ symbols: 8, dates: 250, width: 3, signal: 0, seed: "market" });
    const { expectedReturn } = predictReturns(input);
    const firstToLast = Array.from({ length: 8 }, (_, s) => simpleReturns(input.close, s * 253, 253));
    const market = mean(Float64Array.from(firstToLast, (returns) => mean(returns)));
    expect(mean(expectedReturn)).toBeCloseTo((HORIZON * market * 0.16) / 1.16, 12);
  });

  it("counts folds, test dates and hits", () => {
    const strong = predictReturns(plantedPanel({ symbols: 20, dates: 188, width: 4, signal: 3, seed: "hits" }));
    expect(strong).toMatchObject({ folds: 8, testDates: 122 });
    expect(strong.hitRate).toBeGreaterThan(0.6);
  });

  it("mostly chooses a penalty ten times as heavy for noise as for a clear signal, or more", () => {
    const medianPenalty = (signal: number): number => {
      const drawn = SEEDS.map((seed) =>
        predictReturns(plantedPanel({ symbols: 16, dates: 100, width: 8, signal, seed })),
      );
      return drawn.map(({ penalty }) => penalty).sort((a, b) => a - b)[SEEDS.length / 2]!;
    };
    expect(medianPenalty(0)).toBeGreaterThanOrEqual(10 * medianPenalty(2));
  });
});

describe("walkForward", () => {
  const input = plantedPanel({ symbols: 6, dates: 90, width: 5, signal: 0.5, seed: "leak" });
  const folds = walkForwardFolds(input.dates - HORIZON, HORIZON);

  /** The same panel with other prices and features from a date on. */
  function altered(date: number): typeof input {
    const close = input.close.slice();
    const features = input.features.slice();
    const firstBar = input.bars - input.dates + date;
    for (let s = 0; s < input.symbols; s++) {
      for (let bar = firstBar; bar < input.bars; bar++) close[s * input.bars + bar]! *= 1 + 0.3 * Math.sin(s + bar);
    }
    for (let i = (date + 1) * input.symbols * input.width; i < features.length; i++) features[i] = Math.cos(i);
    return { ...input, close, features };
  }

  it.each(folds.map(({ testFrom }, fold) => ({ testFrom, fold })))(
    "predicts nothing otherwise up to date $testFrom when all prices from then on are others (fold $fold)",
    ({ testFrom }) => {
      const known = walkForward(panelOf(input)).tested.filter(({ date }) => date <= testFrom);
      const again = walkForward(panelOf(altered(testFrom))).tested.filter(({ date }) => date <= testFrom);
      expect(known.length).toBeGreaterThan(0);
      expect(again.map(({ predicted }) => predicted)).toEqual(known.map(({ predicted }) => predicted));
    },
  );

  it("does depend on the last price before the embargo ends", () => {
    const { testFrom } = folds[0]!;
    const known = walkForward(panelOf(input)).tested[0]!;
    const again = walkForward(panelOf(altered(testFrom - 1))).tested[0]!;
    expect(known.date).toBe(testFrom);
    expect(again.predicted).not.toEqual(known.predicted);
  });

  it("tests every date of every fold once, in order", () => {
    const dates = walkForward(panelOf(input)).tested.map(({ date }) => date);
    expect(dates).toEqual(
      folds.flatMap(({ testFrom, testTo }) => Array.from({ length: testTo - testFrom }, (_, k) => testFrom + k)),
    );
  });
});

describe("evidenceOf", () => {
  it("allows in its standard error for outcomes that overlap over twice the horizon", () => {
    const tested = walkForward(
      panelOf(plantedPanel({ symbols: 9, dates: 90, width: 3, signal: 1, seed: "error" })),
    ).tested;
    const correlations = Float64Array.from(tested, ({ predicted, outcome }) => rankCorrelation(predicted, outcome));
    const { informationCoefficientStandardError } = evidenceOf(tested, HORIZON);
    expect(informationCoefficientStandardError).toBe(neweyWestStandardError(correlations, 10));
  });

  it("averages the rank correlations of the dates and counts a zero as half a hit", () => {
    const date = (predicted: number[], outcome: number[]): Parameters<typeof evidenceOf>[0][number] => ({
      date: 0,
      predicted: Float64Array.from(predicted),
      outcome: Float64Array.from(outcome),
    });
    const tested = [date([1, 0, -1], [0.1, 0.05, -0.1]), date([1, 0, -1], [-0.1, 0.05, 0.1])];
    const { informationCoefficient, hitRate } = evidenceOf(tested, HORIZON);
    expect(informationCoefficient).toBeCloseTo(0, 14);
    expect(hitRate).toBe((1 + 0.5 + 1 + 0 + 0.5 + 0) / 6);
  });
});
