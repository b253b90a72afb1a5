// What the view of a run says in trading: which bar it read up to, and what it was about.
import { z } from "zod";
import type { RunField } from "../contracts/domain.js";
import { RunViewSchema } from "../contracts/views/runs.js";
import { MarketRequest, MarketUniverse, UniverseSchema, type MarketRequestValue } from "./products/market.js";

const AsOfSchema = z.iso
  .date()
  .nullable()
  .describe("The bar that every step reads up to; null until a source has fixed it.");
const RunUniverseSchema = UniverseSchema.nullable().describe(
  "What was taken, real or synthetic, and what was left out and why.",
);

export const runFields: readonly RunField[] = [
  {
    name: "asOf",
    after: "status",
    schema: AsOfSchema,
    read: ({ [MarketRequest.key]: request }) => (request as MarketRequestValue | undefined)?.asOf ?? null,
  },
  {
    name: "universe",
    after: "durationMs",
    schema: RunUniverseSchema,
    isLarge: true,
    read: ({ [MarketUniverse.key]: universe }) => universe ?? null,
  },
];

/** The view of a run with what trading adds. */
export const TradingRunSchema = RunViewSchema.extend({ asOf: AsOfSchema, universe: RunUniverseSchema });
export type TradingRun = z.infer<typeof TradingRunSchema>;
