// Whether what comes in from several engines speaks about the same assets on the same date.
import { NautilusError } from "../../contracts/errors.js";
import type { MarketHistoryValue } from "../../domain/products/market.js";
import type { PortfolioAllocationValue } from "../../domain/products/portfolio.js";
import type { ReturnPredictionValue } from "../../domain/products/prediction.js";
import type { RiskModelValue } from "../../domain/products/risk.js";

interface Predicted {
  readonly history: MarketHistoryValue;
  readonly prediction: ReturnPredictionValue;
}

/**
 * The share of the history's symbols that the prediction covers.
 * @throws NautilusError INVALID_INPUT for another date, a symbol outside the history, or a return that is not a number
 */
export function requirePredicted({ history, prediction }: Predicted): number {
  const { symbols, expectedReturn } = prediction;
  requireSameDate("prediction", prediction.asOf, history.asOf);
  const known = new Set(history.symbols);
  const foreign = symbols.filter((symbol) => !known.has(symbol));
  if (foreign.length > 0) {
    throw new NautilusError("INVALID_INPUT", `the prediction covers ${foreign.join(", ")}, the history does not`);
  }
  if (expectedReturn.length !== symbols.length) {
    const figures = `${expectedReturn.length} returns for ${symbols.length} symbols`;
    throw new NautilusError("INVALID_INPUT", `the prediction has ${figures}`);
  }
  const broken = symbols.find((_, i) => !Number.isFinite(expectedReturn[i]));
  if (broken !== undefined)
    throw new NautilusError("INVALID_INPUT", `the predicted return of ${broken} is not a number`);
  return new Set(symbols).size / history.symbols.length;
}

interface Assessed {
  readonly allocation: PortfolioAllocationValue;
  readonly model: RiskModelValue;
  readonly history: MarketHistoryValue;
}

export interface Held {
  readonly symbol: string;
  readonly weight: number;
  readonly inModel: number;
  readonly inHistory: number;
}

/**
 * The held symbols in the order of the model, so that sums do not depend on the order of the weights' names.
 * @throws NautilusError INVALID_INPUT for other dates, symbols that the model or the history lacks, weights that do not sum to 1
 */
export function requireHeld({ allocation, model, history }: Assessed): Held[] {
  requireSameDate("allocation", allocation.asOf, history.asOf);
  requireSameDate("risk model", model.asOf, history.asOf);
  const held = Object.entries(allocation.weights).map(([symbol, weight]) => ({
    symbol,
    weight,
    inModel: model.symbols.indexOf(symbol),
    inHistory: history.symbols.indexOf(symbol),
  }));
  const unknown = held.find(({ inModel, inHistory }) => inModel < 0 || inHistory < 0);
  if (unknown !== undefined) {
    const where = unknown.inModel < 0 ? "risk model" : "history";
    throw new NautilusError("INVALID_INPUT", `the allocation holds ${unknown.symbol}, which the ${where} lacks`);
  }
  held.sort((a, b) => a.inModel - b.inModel);
  const sum = held.reduce((total, { weight }) => total + weight, 0);
  if (!(Math.abs(sum - 1) <= 1e-6)) {
    throw new NautilusError("INVALID_INPUT", `the weights of the allocation sum to ${sum}, not 1`);
  }
  return held;
}

function requireSameDate(what: string, asOf: string, historyAsOf: string): void {
  if (asOf === historyAsOf) return;
  throw new NautilusError("INVALID_INPUT", `the ${what} is as of ${asOf}, the history as of ${historyAsOf}`);
}
