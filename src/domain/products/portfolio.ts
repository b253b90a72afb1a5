// What a portfolio must satisfy, which one is held, and the margin that it needs.
import { z } from "zod";
import { product } from "../../contracts/product.js";
import { date, symbol } from "./fields.js";
import { OriginSchema } from "./market.js";

export const ConstraintsSchema = z.strictObject({
  /** Least weight of a held asset. */
  minWeight: z.number().min(0).max(1).default(0.01),
  /** Greatest weight of a held asset. */
  maxWeight: z.number().gt(0).max(1).default(0.25),
  /** Greatest number of held assets. */
  maxAssets: z.int().min(1).max(1024).default(10),
});
export type Constraints = z.infer<typeof ConstraintsSchema>;

export const PortfolioMandate = product("portfolio.mandate", {
  version: 1,
  channel: "engineLogic",
  description: "What the portfolio must satisfy. A fact: the caller supplies it.",
  schema: z.object({
    constraints: ConstraintsSchema,
    /** γ in  max μ'w − γ/2 · w'Σw  with annual μ and Σ. */
    riskAversion: z.number().min(0).max(1000),
    /** In the currency of the prices. */
    capital: z.number().gt(0).max(1e15),
  }),
});
export type PortfolioMandateValue = z.infer<typeof PortfolioMandate.schema>;

const AllocationStageSchema = z.object({
  /** The part of the search that ended here. */
  method: z.string(),
  /** Of the best weights by then. */
  objective: z.number(),
  /** As gapToOptimum, to the same optimum or bound: what the whole search proved in the end. */
  gap: z.number().min(0),
});
export type AllocationStage = z.infer<typeof AllocationStageSchema>;

export const PortfolioAllocation = product("portfolio.allocation", {
  version: 1,
  channel: "engineLogic",
  description: "Held weights, long only, summing to one.",
  schema: z.object({
    asOf: date,
    /** Held symbols only. */
    weights: z.record(symbol, z.number()),
    /** Annual. */
    expectedReturn: z.number(),
    /** Annual. */
    volatility: z.number(),
    /** μ'w − γ/2 · w'Σw of the weights. */
    objective: z.number(),
    /** The parts of the search that the weights come from, joined by "+": those that improved nothing are not named. */
    method: z.string(),
    /** Relative distance (bound − objective) / max(|bound|, 1e-9) to the optimum, or to a proven bound of it. */
    gapToOptimum: z.number().min(0),
    gapKind: z.enum(["exact", "bound"]),
    /** How far each part of the search came, in order: annealed states weighed, exchange moves, branch and bound. */
    stages: z.array(AllocationStageSchema),
    /** How far the expected returns are to be believed: the model's own record out of sample. */
    prediction: z.object({
      model: z.string(),
      informationCoefficient: z.number(),
      informationCoefficientStandardError: z.number(),
      coverage: z.number().min(0).max(1),
    }),
  }),
});
export type PortfolioAllocationValue = z.infer<typeof PortfolioAllocation.schema>;

export const AllocationMargin = product("allocation.margin", {
  version: 1,
  channel: "engineLogic",
  description: "Margin that the allocation needs on the given capital, in the currency of the prices.",
  schema: z.object({
    asOf: date,
    capital: z.number(),
    initial: z.number(),
    maintenance: z.number(),
    /** Capital less initial margin: negative means the allocation cannot be opened. */
    excess: z.number(),
    /** 100 · initial / capital. */
    utilisationPct: z.number(),
    method: z.string(),
    positions: z.record(
      symbol,
      z.object({
        /** Of the prices that the rates were made from. */
        origin: OriginSchema,
        value: z.number(),
        initialRate: z.number(),
        maintenanceRate: z.number(),
        initial: z.number(),
        maintenance: z.number(),
      }),
    ),
  }),
});
export type AllocationMarginValue = z.infer<typeof AllocationMargin.schema>;
