// ML_ENGINE: which assets will do better than the others over the next week, and how well it has told so far.
import { defineEngine, operation, type Inputs, type OperationContext } from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import { FeatureMatrix, type FeatureMatrixValue } from "../../domain/products/factor.js";
import { MarketHistory, type MarketHistoryValue } from "../../domain/products/market.js";
import { ReturnPrediction, type ReturnPredictionValue } from "../../domain/products/prediction.js";
import { BARS_PER_YEAR } from "../../quant/series/bars-per-year.js";
import { requireBars } from "../../domain/require-bars.js";
import { predictReturnsKernel } from "./predict-returns.js";
import { minLabelledDates } from "./walk-forward.js";

const HORIZON_BARS = 5;

const needs = { features: FeatureMatrix, history: MarketHistory };

export const mlEngine = defineEngine({
  id: "ML_ENGINE",
  name: "Machine Learning Engine",
  version: "1.0.0",
  roles: ["machine_learning", "analytics"],
  capabilities: ["ml_inference", "batch_processing"],
  preferences: [
    { engineId: "FEATURES_ENGINE", relationship: "primary", direction: "input", latencyMs: 250, reliabilityPct: 99.5 },
    {
      engineId: "IBKR_KEEPALIVE_ENGINE",
      relationship: "secondary",
      direction: "input",
      latencyMs: 100,
      reliabilityPct: 99,
    },
    { engineId: "RISK_ENGINE", relationship: "primary", direction: "output", latencyMs: 500, reliabilityPct: 99.5 },
    {
      engineId: "QUANTUM_PORTFOLIO_ENGINE",
      relationship: "secondary",
      direction: "output",
      latencyMs: 500,
      reliabilityPct: 99,
    },
  ],
  kernels: [predictReturnsKernel],
  operations: [
    operation({
      name: "predict_returns",
      version: 1,
      needs,
      gives: ReturnPrediction,
      // An information coefficient of 1 would be perfect foresight; a negative one is worth no more than none.
      quality: ({ outOfSample }) => Math.max(0, Math.min(1, outOfSample.informationCoefficient)),
      run: predict,
    }),
  ],
});

async function predict(inputs: Inputs<typeof needs>, context: OperationContext): Promise<ReturnPredictionValue> {
  requireAligned(inputs);
  const { features, history } = inputs;
  const { expectedReturn, folds, testDates, penalty, ...record } = await context.pool.run(
    predictReturnsKernel,
    {
      features: features.values,
      width: features.features.length,
      symbols: features.symbols.length,
      dates: features.dates.length,
      close: history.close,
      bars: history.dates.length,
      horizon: HORIZON_BARS,
    },
    context.signal,
  );
  return {
    asOf: features.asOf,
    horizonBars: HORIZON_BARS,
    symbols: [...features.symbols],
    expectedReturn,
    expectedReturnAnnual: expectedReturn.map((value) => (value * BARS_PER_YEAR) / HORIZON_BARS),
    model: `ridge, penalty ${penalty}, ${features.features.length} features`,
    outOfSample: { ...record, folds, testDates },
    coverage: features.symbols.length / history.symbols.length,
  };
}

/** @throws NautilusError INVALID_INPUT where the two inputs do not belong together, NO_HISTORY where there are too few dates */
function requireAligned({ features, history }: Inputs<typeof needs>): void {
  requireBars(history, 2, "returns");
  const { asOf, dates, symbols, features: names, values } = features;
  const length = dates.length * symbols.length * names.length;
  const requirements: readonly (readonly [boolean, string])[] = [
    [asOf === history.asOf, `the features are as of ${asOf}, the history as of ${history.asOf}`],
    [
      symbols.join() === history.symbols.join(),
      `the features are of ${symbols.join(", ")}, the history of ${history.symbols.join(", ")}`,
    ],
    [
      dates.join() === history.dates.slice(-dates.length).join(),
      `the dates of the features are not the last ${dates.length} of the history`,
    ],
    [values.length === length, `the feature matrix has ${values.length} values, not ${length}`],
  ];
  const broken = requirements.find(([holds]) => !holds);
  if (broken !== undefined) throw new NautilusError("INVALID_INPUT", broken[1]);
  requireDates(features, history);
}

function requireDates({ asOf, dates }: FeatureMatrixValue, history: MarketHistoryValue): void {
  const neededDates = minLabelledDates(HORIZON_BARS) + HORIZON_BARS;
  if (dates.length >= neededDates) return;
  const historyBars = history.dates.length;
  const neededBars = historyBars + neededDates - dates.length;
  throw new NautilusError(
    "NO_HISTORY",
    `walk-forward training needs features of at least ${neededDates} dates, there are ${dates.length} up to ${asOf}: ` +
      `the history needs at least ${neededBars} bars and has ${historyBars}`,
    { details: { neededDates, featureDates: dates.length, neededBars, historyBars } },
  );
}
