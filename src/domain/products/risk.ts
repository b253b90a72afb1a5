// How much assets and allocations move. Rates are per bar unless named annual.
import { z } from "zod";
import { float64Array, product } from "../../contracts/product.js";
import { date, symbol } from "./fields.js";

/** Value at risk and expected shortfall as positive fractions of value lost over one bar. */
export const TailRiskSchema = z.object({
  historicalVar95: z.number(),
  historicalVar99: z.number(),
  historicalEs95: z.number(),
  historicalEs99: z.number(),
  parametricVar95: z.number(),
  parametricVar99: z.number(),
  parametricEs95: z.number(),
  parametricEs99: z.number(),
});
export type TailRisk = z.infer<typeof TailRiskSchema>;

export const RiskModel = product("risk.model", {
  version: 1,
  channel: "engineLogic",
  description: "Shrunk covariance, volatilities and per-asset tail risk.",
  schema: z.object({
    asOf: date,
    symbols: z.array(symbol).min(1),
    observations: z.int().min(2),
    /** n × n, row-major, annualised by 252. */
    covarianceAnnual: float64Array(),
    volatilityAnnual: float64Array(),
    /** Weight of the shrinkage target in [0, 1]. */
    shrinkage: z.number().min(0).max(1),
    /** Mean of the off-diagonal correlations after shrinkage. */
    averageCorrelation: z.number(),
    tailRisk: z.array(TailRiskSchema),
    /** Share of the universe that the return prediction covers. */
    predictionCoverage: z.number().min(0).max(1),
  }),
});
export type RiskModelValue = z.infer<typeof RiskModel.schema>;

export const AllocationRisk = product("allocation.risk", {
  version: 1,
  channel: "engineLogic",
  description: "Risk of an allocation over one bar and a year.",
  schema: z.object({
    asOf: date,
    volatilityAnnual: z.number(),
    tailRisk: TailRiskSchema,
    /** Share of the variance that each held symbol contributes; sums to one. */
    riskContribution: z.record(symbol, z.number()),
    /** Sum of |w σ| over portfolio σ, at least one. */
    diversificationRatio: z.number(),
    observations: z.int().min(2),
  }),
});
export type AllocationRiskValue = z.infer<typeof AllocationRisk.schema>;
