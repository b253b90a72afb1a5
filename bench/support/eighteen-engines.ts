// A network of eighteen engines, several to a product, as it is meant to stand; what would be measured is drawn.
import type { PlannableOperation, PlanRequest } from "../../src/contracts/plan.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { drawMeasures, type RandomNetwork } from "./random-network.js";

const DECLARED: readonly (readonly [operation: string, needs: string, gives: string])[] = [
  ["IBKR_KEEPALIVE_ENGINE.provide_history", "market.request", "market.history"],
  ["IBKR_KEEPALIVE_ENGINE.provide_positions", "market.request", "portfolio.positions"],
  ["FACTOR_ENGINE.calculate_factors", "market.history", "factor.matrix"],
  ["FEATURES_ENGINE.engineer_features", "factor.matrix", "feature.matrix"],
  ["FEATURES_ENGINE.rank_history", "market.history", "feature.matrix"],
  ["VOLATILITY_ENGINE.forecast_volatility", "market.history", "volatility.forecast"],
  ["NEURAL_SDE_ENGINE.forecast_volatility", "market.history feature.matrix", "volatility.forecast"],
  ["ML_ENGINE.predict_returns", "feature.matrix market.history", "return.prediction"],
  ["MAGNN_ENGINE.predict_returns", "feature.matrix market.history market.phase", "return.prediction"],
  ["THGNN_ENGINE.predict_returns", "factor.matrix market.history", "return.prediction"],
  ["RISK_ENGINE.build_risk_model", "market.history return.prediction", "risk.model"],
  ["NEURAL_SDE_ENGINE.build_risk_model", "market.history return.prediction volatility.forecast", "risk.model"],
  ["RISK_ENGINE.assess_allocation_risk", "portfolio.allocation risk.model market.history", "allocation.risk"],
  ["ANALYTICS_ENGINE.assess_allocation_risk", "portfolio.allocation market.history", "allocation.risk"],
  ["RISK_ENGINE.assess_positions_risk", "portfolio.positions risk.model market.history", "positions.risk"],
  [
    "QUANTUM_PORTFOLIO_ENGINE.optimise_portfolio",
    "return.prediction risk.model portfolio.mandate",
    "portfolio.allocation",
  ],
  ["PORTFOLIO_ENGINE.optimise_portfolio", "return.prediction risk.model portfolio.mandate", "portfolio.allocation"],
  ["PORTFOLIO_ENGINE.follow_backtest", "backtest.report portfolio.mandate", "portfolio.allocation"],
  [
    "COLLATERAL_ENGINE.margin_allocation",
    "portfolio.allocation market.history portfolio.mandate risk.model",
    "allocation.margin",
  ],
  ["PORTFOLIO_ENGINE.margin_allocation", "portfolio.allocation portfolio.mandate", "allocation.margin"],
  ["COLLATERAL_ENGINE.margin_positions", "portfolio.positions market.history risk.model", "positions.margin"],
  ["VPIN_ENGINE.measure_toxicity", "market.history", "flow.toxicity"],
  ["ENHANCED_VPIN_ENGINE.measure_toxicity", "market.history volatility.forecast", "flow.toxicity"],
  ["PHYSICS_ENGINE.find_phase", "market.history", "market.phase"],
  ["ENHANCED_VPIN_ENGINE.find_phase", "market.history flow.toxicity", "market.phase"],
  ["STRATEGY_ENGINE.signal", "return.prediction market.phase flow.toxicity", "strategy.signals"],
  ["ML_ENGINE.signal", "return.prediction volatility.forecast", "strategy.signals"],
  ["BACKTESTING_ENGINE.backtest", "strategy.signals market.history portfolio.mandate", "backtest.report"],
  ["ANALYTICS_ENGINE.backtest", "portfolio.allocation market.history", "backtest.report"],
  ["ANALYTICS_ENGINE.report", "backtest.report allocation.risk", "analytics.report"],
  ["BACKTESTING_ENGINE.report", "allocation.risk volatility.forecast", "analytics.report"],
];

const WANTS = [
  "portfolio.allocation",
  "allocation.risk",
  "allocation.margin",
  "positions.risk",
  "positions.margin",
  "strategy.signals",
  "analytics.report",
];

export function eighteenEngines(seed: number): RandomNetwork {
  const random = createRandom(`engines/${seed}`);
  const operations = DECLARED.map(([operation, needs, gives]): PlannableOperation => {
    const [engineId = operation] = operation.split(".");
    return {
      id: `${operation}@1`,
      engineId,
      needs: needs.split(" ").map(key),
      gives: key(gives),
      ...drawMeasures(random),
    };
  });
  const request: PlanRequest = {
    wants: WANTS.map(key),
    facts: ["market.request", "portfolio.mandate"].map(key),
    preference: "balanced",
    deadlineMs: 10_000,
  };
  return { request, operations };
}

function key(product: string): string {
  return `${product}@1`;
}
