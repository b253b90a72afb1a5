// Risk of held weights: from the model's covariance, and from what the weights would have returned in the past.
import type { TailRisk } from "../../domain/products/risk.js";
import { defineKernel } from "../../contracts/pool.js";
import { dot, symmetricProduct } from "../../quant/linear-algebra/symmetric-product.js";
import { mean } from "../../quant/statistics/moments.js";
import { tailRisk } from "../../quant/tail-risk/tail-risk.js";
import { BARS_PER_YEAR } from "../../quant/series/bars-per-year.js";
import type { ClosesInput } from "./risk-model.js";

export interface AllocationRiskInput extends ClosesInput {
  /** Of the held symbols, in the order of the closes. */
  readonly weights: Float64Array;
  /** Of the held symbols, annual. */
  readonly covarianceAnnual: Float64Array;
}

export interface AllocationRiskOutput {
  readonly volatilityAnnual: number;
  readonly tailRisk: TailRisk;
  /** Of each held symbol, in order: w_i (Σw)_i / w'Σw. Their weights where nothing varies. */
  readonly contributions: Float64Array;
  readonly diversificationRatio: number;
}

/**
 * Historical tails are those of the returns of the weights, held constant from bar to bar; parametric ones use the model's
 * volatility and the mean of those returns. Contributions by Euler's theorem (Tasche 1999); diversification ratio
 * Σ w_i σ_i / σ of Choueifaty and Coignard (2008), The Journal of Portfolio Management 35(1).
 */
export function allocationRisk({ weights, covarianceAnnual, ...closes }: AllocationRiskInput): AllocationRiskOutput {
  const marginal = symmetricProduct(covarianceAnnual, weights);
  const variance = Math.max(0, dot(weights, marginal));
  const volatilityAnnual = Math.sqrt(variance);
  const alone = weights.map((weight, i) => Math.abs(weight) * Math.sqrt(covarianceAnnual[i * weights.length + i]!));
  const standalone = alone.reduce((sum, value) => sum + value, 0);
  const returns = portfolioReturns(weights, closes);
  const deviation = volatilityAnnual / Math.sqrt(BARS_PER_YEAR);
  return {
    volatilityAnnual,
    tailRisk: tailRisk(returns, { mean: mean(returns), deviation }),
    contributions: variance > 0 ? weights.map((weight, i) => (weight * marginal[i]!) / variance) : weights.slice(),
    // Below one only by rounding: a portfolio is never more volatile than its parts together.
    diversificationRatio: volatilityAnnual > 0 ? Math.max(1, standalone / volatilityAnnual) : 1,
  };
}

function portfolioReturns(weights: Float64Array, { close, bars }: ClosesInput): Float64Array {
  const returns = new Float64Array(bars - 1);
  weights.forEach((weight, s) => {
    for (let t = 1; t < bars; t++) returns[t - 1]! += weight * (close[s * bars + t]! / close[s * bars + t - 1]! - 1);
  });
  return returns;
}

export const allocationRiskKernel = defineKernel("risk.allocation", import.meta.url, allocationRisk);
