// What models expect, with their record out of sample. Rates are per bar unless named annual.
import { z } from "zod";
import { float64Array, product } from "../../contracts/product.js";
import { date, symbol } from "./fields.js";

export const ReturnPrediction = product("return.prediction", {
  version: 1,
  channel: "engineLogic",
  description: "Expected return per symbol with the model's own out-of-sample record.",
  schema: z.object({
    asOf: date,
    horizonBars: z.int().min(1),
    symbols: z.array(symbol).min(2),
    /** Simple return over `horizonBars`, per symbol. */
    expectedReturn: float64Array(),
    /** The same, annualised by 252 / horizonBars. */
    expectedReturnAnnual: float64Array(),
    model: z.string(),
    outOfSample: z.object({
      /** Mean over test dates of the cross-sectional rank correlation of prediction and outcome. */
      informationCoefficient: z.number(),
      informationCoefficientStandardError: z.number(),
      hitRate: z.number().min(0).max(1),
      folds: z.int().min(1),
      testDates: z.int().min(1),
    }),
    /** Share of the universe with a prediction. */
    coverage: z.number().min(0).max(1),
  }),
});
export type ReturnPredictionValue = z.infer<typeof ReturnPrediction.schema>;
