// Covariance and tails of a universe from its daily closes.
import { BARS_PER_YEAR } from "../../quant/series/bars-per-year.js";
import type { TailRisk } from "../../domain/products/risk.js";
import { defineKernel } from "../../contracts/pool.js";
import { ledoitWolf } from "../../quant/covariance/ledoit-wolf.js";
import { simpleReturns } from "../../quant/series/simple-returns.js";
import { sharedFloats } from "../../kernel/shared-floats.js";
import { mean, standardDeviation } from "../../quant/statistics/moments.js";
import { tailRisk } from "../../quant/tail-risk/tail-risk.js";

export interface ClosesInput {
  /** Symbol-major: value [symbol * bars + bar]. */
  readonly close: Float64Array;
  readonly symbols: number;
  readonly bars: number;
}

export interface RiskModelOutput {
  /** n × n, row-major, over shared memory. */
  readonly covarianceAnnual: Float64Array;
  readonly volatilityAnnual: Float64Array;
  readonly shrinkage: number;
  readonly averageCorrelation: number;
  readonly tailRisk: TailRisk[];
}

/** From simple returns: covariance shrunk towards constant correlation, annual by √252 and 252; tails over one bar. */
function riskModel({ close, symbols, bars }: ClosesInput): RiskModelOutput {
  const returns = Array.from({ length: symbols }, (_, s) => simpleReturns(close, s * bars, bars));
  const { covariance, intensity, averageCorrelation } = ledoitWolf(returns);
  const covarianceAnnual = sharedFloats(symbols * symbols);
  covarianceAnnual.set(covariance.map((value) => value * BARS_PER_YEAR));
  const volatilityAnnual = sharedFloats(symbols);
  volatilityAnnual.set(returns.map((_, s) => Math.sqrt(covarianceAnnual[s * symbols + s]!)));
  const tails = returns.map((series) => tailRisk(series, { mean: mean(series), deviation: standardDeviation(series) }));
  return { covarianceAnnual, volatilityAnnual, shrinkage: intensity, averageCorrelation, tailRisk: tails };
}

export const riskModelKernel = defineKernel("risk.model", import.meta.url, riskModel);
