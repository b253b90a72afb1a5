// RISK_ENGINE: how much assets and allocations move, together and at their worst.
import { defineEngine, operation, type Inputs, type OperationContext } from "../../contracts/engine.js";
import {
  AllocationRisk,
  RiskModel,
  type AllocationRiskValue,
  type RiskModelValue,
} from "../../domain/products/risk.js";
import { MarketHistory } from "../../domain/products/market.js";
import { PortfolioAllocation } from "../../domain/products/portfolio.js";
import { ReturnPrediction } from "../../domain/products/prediction.js";
import { requireBars } from "../../domain/require-bars.js";
import { allocationRiskKernel } from "./allocation-risk.js";
import { requireHeld, requirePredicted } from "./requirements.js";
import { riskModelKernel } from "./risk-model.js";

/** Twenty returns: the least of which the worst 5 % hold one. */
const MIN_BARS = 21;

const modelNeeds = { history: MarketHistory, prediction: ReturnPrediction };
const allocationNeeds = { allocation: PortfolioAllocation, model: RiskModel, history: MarketHistory };

export const riskEngine = defineEngine({
  id: "RISK_ENGINE",
  name: "Risk Engine",
  version: "1.0.0",
  roles: ["risk_management", "analytics"],
  capabilities: ["risk_calculation", "batch_processing"],
  preferences: [
    { engineId: "ML_ENGINE", relationship: "primary", direction: "input", latencyMs: 500, reliabilityPct: 99.5 },
    {
      engineId: "IBKR_KEEPALIVE_ENGINE",
      relationship: "primary",
      direction: "input",
      latencyMs: 100,
      reliabilityPct: 99.5,
    },
    {
      engineId: "QUANTUM_PORTFOLIO_ENGINE",
      relationship: "primary",
      direction: "output",
      latencyMs: 100,
      reliabilityPct: 99.9,
    },
    {
      engineId: "COLLATERAL_ENGINE",
      relationship: "optional",
      direction: "output",
      latencyMs: 100,
      reliabilityPct: 99.9,
    },
  ],
  kernels: [riskModelKernel, allocationRiskKernel],
  operations: [
    operation({
      name: "build_risk_model",
      version: 1,
      needs: modelNeeds,
      gives: RiskModel,
      // What a risk model can say of itself: the share of its universe that the prediction beside it speaks about.
      quality: ({ predictionCoverage }) => predictionCoverage,
      run: buildRiskModel,
    }),
    operation({
      name: "assess_allocation_risk",
      version: 1,
      needs: allocationNeeds,
      gives: AllocationRisk,
      run: assessAllocationRisk,
    }),
  ],
});

async function buildRiskModel(inputs: Inputs<typeof modelNeeds>, context: OperationContext): Promise<RiskModelValue> {
  const { history } = inputs;
  requireBars(history, MIN_BARS, "risk figures");
  const predictionCoverage = requirePredicted(inputs);
  const { asOf, close, dates, symbols } = history;
  const input = { close, symbols: symbols.length, bars: dates.length };
  const figures = await context.pool.run(riskModelKernel, input, context.signal);
  return { asOf, symbols: [...symbols], observations: dates.length - 1, ...figures, predictionCoverage };
}

async function assessAllocationRisk(
  inputs: Inputs<typeof allocationNeeds>,
  context: OperationContext,
): Promise<AllocationRiskValue> {
  const { allocation, model, history } = inputs;
  requireBars(history, MIN_BARS, "risk figures");
  const held = requireHeld(inputs);
  const bars = history.dates.length;
  const close = new Float64Array(held.length * bars);
  const covarianceAnnual = new Float64Array(held.length * held.length);
  held.forEach((one, i) => {
    close.set(history.close.subarray(one.inHistory * bars, (one.inHistory + 1) * bars), i * bars);
    held.forEach((other, j) => {
      covarianceAnnual[i * held.length + j] =
        model.covarianceAnnual[one.inModel * model.symbols.length + other.inModel]!;
    });
  });
  const weights = Float64Array.from(held, ({ weight }) => weight);
  const input = { weights, covarianceAnnual, close, symbols: held.length, bars };
  const { contributions, ...figures } = await context.pool.run(allocationRiskKernel, input, context.signal);
  return {
    asOf: allocation.asOf,
    ...figures,
    riskContribution: Object.fromEntries(held.map(({ symbol }, i) => [symbol, contributions[i]!])),
    observations: bars - 1,
  };
}
