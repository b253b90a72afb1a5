// The seven engines of the portfolio workflow, by what they declare.
import type { PlannableOperation, PlanRequest } from "../../../src/contracts/plan.js";

function declare(id: string, needs: readonly string[], gives: string): PlannableOperation {
  const [engineId = id] = id.split(".");
  return { id, engineId, needs, gives, latencyMs: 10, reliability: 0.5, quality: 0.5 };
}

export const HISTORY = "IBKR_KEEPALIVE_ENGINE.provide_history@1";
export const FACTORS = "FACTOR_ENGINE.calculate_factors@1";
export const FEATURES = "FEATURES_ENGINE.engineer_features@1";
export const PREDICT = "ML_ENGINE.predict_returns@1";
export const RISK_MODEL = "RISK_ENGINE.build_risk_model@1";
export const ASSESS = "RISK_ENGINE.assess_allocation_risk@1";
export const OPTIMISE = "QUANTUM_PORTFOLIO_ENGINE.optimise_portfolio@1";
export const MARGIN = "COLLATERAL_ENGINE.margin_allocation@1";

export const SEVEN_ENGINES: readonly PlannableOperation[] = [
  declare(
    MARGIN,
    ["portfolio.allocation@1", "market.history@1", "portfolio.mandate@1", "risk.model@1"],
    "allocation.margin@1",
  ),
  declare(FACTORS, ["market.history@1"], "factor.matrix@1"),
  declare(FEATURES, ["factor.matrix@1"], "feature.matrix@1"),
  declare(HISTORY, ["market.request@1"], "market.history@1"),
  declare(PREDICT, ["feature.matrix@1", "market.history@1"], "return.prediction@1"),
  declare(OPTIMISE, ["return.prediction@1", "risk.model@1", "portfolio.mandate@1"], "portfolio.allocation@1"),
  declare(RISK_MODEL, ["market.history@1", "return.prediction@1"], "risk.model@1"),
  declare(ASSESS, ["portfolio.allocation@1", "risk.model@1", "market.history@1"], "allocation.risk@1"),
];

export const PORTFOLIO_OPTIMIZATION: PlanRequest = {
  wants: ["portfolio.allocation@1", "allocation.risk@1", "allocation.margin@1"],
  facts: ["market.request@1", "portfolio.mandate@1"],
  preference: "balanced",
  deadlineMs: 10_000,
};
