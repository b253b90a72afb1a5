// Says what margin an allocation needs on the given capital, position by position.
import { defineEngine, operation, type Inputs } from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import {
  AllocationMargin,
  PortfolioAllocation,
  PortfolioMandate,
  type AllocationMarginValue,
} from "../../domain/products/portfolio.js";
import { MarketHistory } from "../../domain/products/market.js";
import { RiskModel } from "../../domain/products/risk.js";
import { HORIZON_BARS, marginRates, worstLoss } from "./margin-rates.js";

/** Five years back, the worst loss is looked for: longer histories cost time and tell of another company. */
const HISTORY_BARS = 1260;
const METHOD = "reg-t-floor+es99-3d+concentration";

const needs = { allocation: PortfolioAllocation, history: MarketHistory, mandate: PortfolioMandate, risk: RiskModel };

/** Margin is the sum over positions, without offsets between them: a long-only portfolio has none that a rule would grant. */
const marginAllocation = operation({
  name: "margin_allocation",
  version: 1,
  needs,
  gives: AllocationMargin,
  run: (inputs: Inputs<typeof needs>): AllocationMarginValue => {
    const { capital } = inputs.mandate;
    const margined = Object.entries(inputs.allocation.weights).map(([symbol, weight]): [string, PositionMargin] => [
      symbol,
      marginOf(symbol, weight, inputs),
    ]);
    const total = (part: "initial" | "maintenance"): number =>
      margined.reduce((sum, [, position]) => sum + position[part], 0);
    const initial = total("initial");
    return {
      asOf: inputs.allocation.asOf,
      capital,
      initial,
      maintenance: total("maintenance"),
      excess: capital - initial,
      utilisationPct: (100 * initial) / capital,
      method: METHOD,
      positions: Object.fromEntries(margined),
    };
  },
});

type PositionMargin = AllocationMarginValue["positions"][string];

function marginOf(symbol: string, weight: number, { history, mandate, risk }: Inputs<typeof needs>): PositionMargin {
  const days = history.dates.length;
  const origin = history.universe.included.find((included) => included.symbol === symbol)?.origin;
  if (origin === undefined) throw notCovered(symbol, `${MarketHistory.name} does not say where it comes from`);
  const row = rowOf(symbol, history.symbols, MarketHistory.name);
  const closes = history.close.subarray(row * days + Math.max(0, days - HISTORY_BARS), (row + 1) * days);
  const tail = risk.tailRisk[rowOf(symbol, risk.symbols, RiskModel.name)]!;
  const rates = marginRates({ weight, tail, worstLoss: worstLoss(closes, HORIZON_BARS) });
  if (!Number.isFinite(rates.maintenanceRate)) throw notCovered(symbol, "its prices or its tail risk are not numbers");
  const value = weight * mandate.capital;
  return { origin, value, ...rates, initial: value * rates.initialRate, maintenance: value * rates.maintenanceRate };
}

function rowOf(symbol: string, symbols: readonly string[], productName: string): number {
  const row = symbols.indexOf(symbol);
  if (row < 0) throw notCovered(symbol, `${productName} does not have it`);
  return row;
}

function notCovered(symbol: string, reason: string): NautilusError {
  return new NautilusError("INVALID_INPUT", `no margin for ${symbol}: ${reason}`, { details: { symbol } });
}

export const collateralEngine = defineEngine({
  id: "COLLATERAL_ENGINE",
  name: "Collateral Engine",
  version: "1.0.0",
  roles: ["risk_management"],
  capabilities: ["collateral_management", "risk_calculation", "batch_processing"],
  preferences: [
    {
      engineId: "QUANTUM_PORTFOLIO_ENGINE",
      relationship: "primary",
      direction: "input",
      latencyMs: 500,
      reliabilityPct: 99.5,
    },
    { engineId: "RISK_ENGINE", relationship: "optional", direction: "input", latencyMs: 100, reliabilityPct: 99.9 },
    {
      engineId: "IBKR_KEEPALIVE_ENGINE",
      relationship: "secondary",
      direction: "input",
      latencyMs: 100,
      reliabilityPct: 99,
    },
  ],
  limits: { concurrency: 8, queue: 256 },
  operations: [marginAllocation],
});
