// What a caller may say of a goal in trading, and the facts that it comes to.
import { z } from "zod";
import { executeRequest, goalRequest, type FactPair, type RequestForm } from "../contracts/workflow.js";
import { infeasibility } from "../quant/optimisation/feasibility.js";
import { symbol } from "./products/fields.js";
import { MarketRequest } from "./products/market.js";
import { ConstraintsSchema, PortfolioMandate } from "./products/portfolio.js";

const TradingRequestSchema = z.strictObject({
  universe: z
    .array(symbol)
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
});
type TradingRequest = z.output<typeof TradingRequestSchema>;

export const ExecuteRequestSchema = executeRequest(TradingRequestSchema);
export const GoalRequestSchema = goalRequest(TradingRequestSchema);

/** As a caller gives them, … */
export type WorkflowOrder = z.input<typeof ExecuteRequestSchema>;
export type Goal = z.input<typeof GoalRequestSchema>;
/** … and with every default filled in. */
export type ExecuteRequest = z.output<typeof ExecuteRequestSchema>;
export type GoalRequest = z.output<typeof GoalRequestSchema>;

/** Of every workflow. */
export const workflowForm: RequestForm<typeof TradingRequestSchema> = {
  request: TradingRequestSchema,
  facts: factsOf,
  examples: {
    mandate: {
      summary: "A mandate of your own, as of a date",
      value: {
        asOf: "2018-01-05",
        constraints: { minWeight: 0.05, maxWeight: 0.4, maxAssets: 8 },
        riskAversion: 5,
        capital: 250_000,
        preference: "best",
      },
    },
  },
};

export const goalForm: RequestForm<typeof TradingRequestSchema> = {
  ...workflowForm,
  examples: {
    riskModel: { summary: "A risk model of the default universe", value: { products: ["risk.model"] } },
  },
};

/** A mandate that no portfolio can satisfy is refused before anything is computed. */
function factsOf(request: TradingRequest): readonly FactPair[] {
  const { universe, lookbackBars, asOf, constraints, riskAversion, capital } = request;
  const impossible = infeasibility(constraints);
  if (impossible !== undefined) throw impossible;
  return [
    [MarketRequest, { lookbackBars, ...(universe && { symbols: universe }), ...(asOf && { asOf }) }],
    [PortfolioMandate, { constraints, riskAversion, capital }],
  ];
}
