// What a caller may ask: a workflow by name, or any products.
import { z } from "zod";
import { PLAN_PREFERENCES } from "./plan.js";
import { ConstraintsSchema } from "./products.js";

const goalFields = {
  universe: z
    .array(z.string().min(1).max(32))
    .min(1)
    .max(1024)
    .optional()
    .describe("Symbols; absent: every series with a full lookback at the as-of, real ones first, at most 32."),
  lookbackBars: z.int().min(2).max(20_000).default(252).describe("Bars of history per symbol."),
  asOf: z.iso.date().optional().describe("Only data up to this bar is used; absent: the last complete bar."),
  constraints: ConstraintsSchema.prefault({}).describe(
    "At most `maxAssets` are held, each with a weight within [`minWeight`, `maxWeight`].",
  ),
  riskAversion: z.number().min(0).max(1000).default(5).describe("γ of mean-variance utility, annual."),
  capital: z.number().gt(0).max(1e15).default(1_000_000).describe("In the currency of the prices."),
  preference: z.enum(PLAN_PREFERENCES).default("balanced").describe("What a plan is chosen by."),
  fresh: z.boolean().default(false).describe("Compute anew: no result of an earlier run is used."),
  deadlineMs: z.int().min(1).max(600_000).default(10_000).describe("The run fails when it takes longer."),
};

/** Body of `POST /api/v1/workflows/{name}/execute`. */
export const ExecuteRequestSchema = z.strictObject(goalFields);
export type ExecuteRequest = z.infer<typeof ExecuteRequestSchema>;

/** Body of `POST /api/v1/goals`: any products, by name (the newest version) or `name@version`. */
export const GoalRequestSchema = z.strictObject({
  products: z.array(z.string().min(3).max(128)).min(1).max(16).describe("Products wanted: `name` or `name@version`."),
  facts: z
    .record(z.string().max(128), z.unknown())
    .default({})
    .describe("Further facts, by product: what engines of one's own need from the caller."),
  ...goalFields,
});
export type GoalRequest = z.infer<typeof GoalRequestSchema>;
