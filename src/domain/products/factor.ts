// What is computed of single assets, per date: factors, and features that compare them.
import { z } from "zod";
import { float64Array, product } from "../../contracts/product.js";
import { date, symbol } from "./fields.js";

export const FactorMatrix = product("factor.matrix", {
  version: 1,
  channel: "engineLogic",
  description: "Factors per date, symbol and factor: value [(d * symbols.length + s) * factors.length + f].",
  schema: z.object({
    asOf: date,
    dates: z.array(date).min(1),
    symbols: z.array(symbol).min(1),
    factors: z.array(z.string()).min(1),
    values: float64Array(),
  }),
});
export type FactorMatrixValue = z.infer<typeof FactorMatrix.schema>;

export const FeatureMatrix = product("feature.matrix", {
  version: 1,
  channel: "engineLogic",
  description: "Cross-sectional features per date, symbol and feature, laid out like factor.matrix.",
  schema: z.object({
    asOf: date,
    dates: z.array(date).min(1),
    symbols: z.array(symbol).min(2),
    features: z.array(z.string()).min(1),
    values: float64Array(),
  }),
});
export type FeatureMatrixValue = z.infer<typeof FeatureMatrix.schema>;
