// Walk-forward evidence and the prediction that rests on it.
import { defineKernel } from "../../contracts/pool.js";
import { sharedFloats } from "../../kernel/shared-floats.js";
import { BARS_PER_YEAR } from "../../quant/series/bars-per-year.js";
import { rankCorrelation } from "../../quant/statistics/correlation.js";
import { hasSpread, mean, variance } from "../../quant/statistics/moments.js";
import { neweyWestStandardError } from "../../quant/statistics/newey-west.js";
import { shrinkTowardsZero } from "../../quant/statistics/thompson-shrinkage.js";
import { panelOf, type Panel, type PanelInput } from "./panel.js";
import { predictDate, prefixProducts, trainModel } from "./ridge-model.js";
import { walkForwardFolds } from "./walk-forward.js";

export interface TestedDate {
  /** Position among the dates with features. */
  readonly date: number;
  /** Relative returns in the order of the symbols, by a model trained before the embargo. */
  readonly predicted: Float64Array;
  readonly outcome: Float64Array;
}

/** Predictions of every test date, each by the model of its fold; and the model trained on every known outcome. */
export function walkForward(panel: Panel): {
  tested: TestedDate[];
  folds: number;
  latest: Float64Array;
  penalty: number;
} {
  const folds = walkForwardFolds(panel.labelled, panel.horizon);
  const products = prefixProducts(panel, [...folds.map(({ trainTo }) => trainTo), panel.labelled]);
  const tested = folds.flatMap(({ trainTo, testFrom, testTo }) => {
    const model = trainModel(panel, products, trainTo);
    return Array.from({ length: testTo - testFrom }, (_, k) => {
      const date = testFrom + k;
      const outcome = panel.outcome.subarray(date * panel.symbols, (date + 1) * panel.symbols);
      return { date, predicted: predictDate(panel, model, date), outcome };
    });
  });
  const model = trainModel(panel, products, panel.labelled);
  return { tested, folds: folds.length, latest: predictDate(panel, model, panel.dates - 1), penalty: model.penalty };
}

export interface Evidence {
  /** Mean over the test dates of Spearman's correlation of prediction and outcome over the assets. */
  readonly informationCoefficient: number;
  readonly informationCoefficientStandardError: number;
  /** Share of predictions with the sign of their outcome, both relative to the assets' mean; a zero counts half. */
  readonly hitRate: number;
}

/**
 * Outcomes of neighbouring dates overlap in all but one bar, so the correlations of h successive dates are related: the
 * standard error allows for twice as many lags, because Bartlett weights discount the lags that they do cover. On pure noise
 * over some hundred dates it is still about a seventh short of the scatter that is there.
 */
export function evidenceOf(tested: readonly TestedDate[], horizon: number): Evidence {
  const correlations = Float64Array.from(tested, ({ predicted, outcome }) => rankCorrelation(predicted, outcome));
  let hits = 0;
  let pairs = 0;
  for (const { predicted, outcome } of tested) {
    for (let s = 0; s < predicted.length; s++) hits += (1 + Math.sign(predicted[s]! * outcome[s]!)) / 2;
    pairs += predicted.length;
  }
  return {
    informationCoefficient: mean(correlations),
    informationCoefficientStandardError: neweyWestStandardError(correlations, 2 * horizon),
    hitRate: hits / pairs,
  };
}

export interface PredictionOutput extends Evidence {
  /** Simple return over the horizon, in the order of the symbols. */
  readonly expectedReturn: Float64Array;
  readonly folds: number;
  readonly testDates: number;
  readonly penalty: number;
}

/**
 * Expected return of asset s = market + IC⁺ · dispersion · score_s: the model only ranks, and how far apart its scores are
 * put is what its record out of sample supports (Grinold 1994, "Alpha is volatility times IC times score", The Journal of
 * Portfolio Management 20(4)). IC⁺ is the information coefficient shrunk by its own uncertainty, and 0 when negative: a
 * model without a record says that all assets are alike.
 */
export function predictReturns(input: PanelInput): PredictionOutput {
  const panel = panelOf(input);
  const { tested, folds, latest, penalty } = walkForward(panel);
  const evidence = evidenceOf(tested, panel.horizon);
  const { informationCoefficient, informationCoefficientStandardError } = evidence;
  const skill = Math.max(0, shrinkTowardsZero(informationCoefficient, informationCoefficientStandardError));
  const market = marketReturn(input) * panel.horizon;
  const expectedReturn = sharedFloats(panel.symbols);
  expectedReturn.set(scores(latest).map((score) => market + skill * panel.dispersion * score));
  return { ...evidence, expectedReturn, folds, testDates: tested.length, penalty };
}

function scores(values: Float64Array): Float64Array {
  const centre = mean(values);
  const spread = variance(values);
  if (!hasSpread(spread, centre)) return new Float64Array(values.length);
  const deviation = Math.sqrt(spread);
  return values.map((value) => (value - centre) / deviation);
}

/** A year of prices says next to nothing about a mean, so a history has to be long to be believed. */
const PRIOR_SHARPE = 0.4;

/**
 * Per bar, of the equally weighted market: its mean over the history, drawn towards zero as a normal prior of the annual
 * Sharpe ratio demands, mean 0 and standard deviation `PRIOR_SHARPE`, about what a century of equity markets paid (Dimson,
 * Marsh and Staunton 2002, Triumph of the Optimists). The error of a Sharpe ratio over y years is 1/√y, so one year of bars
 * keeps a seventh of its mean and ten years keep three fifths.
 */
function marketReturn({ close, symbols, bars }: PanelInput): number {
  const returns = new Float64Array(bars - 1);
  for (let s = 0; s < symbols; s++) {
    for (let t = 1; t < bars; t++) returns[t - 1]! += (close[s * bars + t]! / close[s * bars + t - 1]! - 1) / symbols;
  }
  const believed = PRIOR_SHARPE ** 2 / (PRIOR_SHARPE ** 2 + BARS_PER_YEAR / returns.length);
  return believed * mean(returns);
}

export const predictReturnsKernel = defineKernel("ml.predict_returns", import.meta.url, predictReturns);
