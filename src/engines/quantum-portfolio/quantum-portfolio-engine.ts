// Turns predicted returns and a risk model into the portfolio that serves a mandate best, and says how close to best it is.
import { defineEngine, operation, type Inputs } from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import {
  PortfolioAllocation,
  PortfolioMandate,
  type PortfolioAllocationValue,
} from "../../domain/products/portfolio.js";
import { ReturnPrediction, type ReturnPredictionValue } from "../../domain/products/prediction.js";
import { RiskModel, type RiskModelValue } from "../../domain/products/risk.js";
import { infeasibility } from "../../quant/optimisation/feasibility.js";
import { optimisePortfolioKernel } from "./optimise-portfolio.js";

const SEEDS = 2 ** 32 - 1;

const needs = { prediction: ReturnPrediction, risk: RiskModel, mandate: PortfolioMandate };

/**
 * Markowitz's problem with a limit on the number of assets: max μ'w − γ/2 · w'Σw, Σw = 1, at most `maxAssets` held, each held
 * weight within [minWeight, maxWeight]. Which assets: a QUBO, the form that quantum annealers take, annealed here by parallel
 * tempering on an ordinary processor. How much of each: a quadratic program. Exchange moves refine that on the exact cost, and
 * branch and bound proves the result, or improves it, or, where its node limit ends the proof, leaves a proven bound of the
 * gap. The method names the parts that the weights come from, the stages say how far each part came.
 */
const optimisePortfolio = operation({
  name: "optimise_portfolio",
  version: 1,
  needs,
  gives: PortfolioAllocation,
  quality: ({ gapToOptimum }) => 1 / (1 + gapToOptimum),
  run: async ({ prediction, risk, mandate }: Inputs<typeof needs>, context): Promise<PortfolioAllocationValue> => {
    const { symbols, expectedReturn, covariance } = universeOf(prediction, risk);
    const refusal = infeasibility(mandate.constraints, symbols.length);
    if (refusal) throw refusal;
    const { riskAversion, constraints } = mandate;
    const seed = context.random.integer(SEEDS);
    const { weights, ...allocation } = await context.pool.run(
      optimisePortfolioKernel,
      { expectedReturn, covariance, riskAversion, constraints, seed },
      context.signal,
    );
    const held = symbols.flatMap((symbol, i): [string, number][] => (weights[i] ? [[symbol, weights[i]]] : []));
    return { asOf: risk.asOf, weights: Object.fromEntries(held), ...allocation, prediction: recordOf(prediction) };
  },
});

function recordOf({ model, outOfSample, coverage }: ReturnPredictionValue): PortfolioAllocationValue["prediction"] {
  const { informationCoefficient, informationCoefficientStandardError } = outOfSample;
  return { model, informationCoefficient, informationCoefficientStandardError, coverage };
}

interface PredictedUniverse {
  readonly symbols: readonly string[];
  readonly expectedReturn: Float64Array;
  readonly covariance: Float64Array;
}

/** The assets that have both a prediction and a risk, in the risk model's order. */
function universeOf(prediction: ReturnPredictionValue, risk: RiskModelValue): PredictedUniverse {
  if (prediction.asOf !== risk.asOf) {
    throw invalid(`the prediction is as of ${prediction.asOf}, the risk model as of ${risk.asOf}`, {});
  }
  const rowOf = new Map(prediction.symbols.map((symbol, row) => [symbol, row]));
  const rows = risk.symbols.flatMap((symbol, row) => (rowOf.has(symbol) ? [row] : []));
  const symbols = rows.map((row) => risk.symbols[row]!);
  const expectedReturn = Float64Array.from(symbols, (symbol) => prediction.expectedReturnAnnual[rowOf.get(symbol)!]!);
  const n = symbols.length;
  const { covarianceAnnual: sigma } = risk;
  const width = risk.symbols.length;
  // The symmetric part: w'Σw knows no other, and the solvers rely on it.
  const covariance = new Float64Array(n * n);
  for (const [i, from] of rows.entries()) {
    for (const [j, to] of rows.entries()) {
      covariance[i * n + j] = (sigma[from * width + to]! + sigma[to * width + from]!) / 2;
      if (!Number.isFinite(covariance[i * n + j]))
        throw invalid(`no covariance of ${symbols[i]} and ${symbols[j]}`, {});
    }
    if (!Number.isFinite(expectedReturn[i]))
      throw invalid(`no predicted return of ${symbols[i]}`, { symbol: symbols[i] });
  }
  return { symbols, expectedReturn, covariance };
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): NautilusError {
  return new NautilusError("INVALID_INPUT", message, { details });
}

export const quantumPortfolioEngine = defineEngine({
  id: "QUANTUM_PORTFOLIO_ENGINE",
  name: "Quantum Portfolio Engine",
  version: "1.0.0",
  roles: ["portfolio_management", "quantum_computing"],
  capabilities: ["portfolio_optimization", "quantum_optimization", "batch_processing"],
  preferences: [
    { engineId: "RISK_ENGINE", relationship: "primary", direction: "input", latencyMs: 100, reliabilityPct: 99.9 },
    { engineId: "ML_ENGINE", relationship: "secondary", direction: "input", latencyMs: 500, reliabilityPct: 99 },
    {
      engineId: "COLLATERAL_ENGINE",
      relationship: "primary",
      direction: "output",
      latencyMs: 500,
      reliabilityPct: 99.5,
    },
  ],
  limits: { concurrency: 2, queue: 64 },
  kernels: [optimisePortfolioKernel],
  operations: [optimisePortfolio],
});
