// Requests that the documentation shows and the docs page offers to send.
import type { ExecuteRequestSchema, GoalRequestSchema } from "../contracts/requests.js";
import type { z } from "zod";

interface Example<T> {
  readonly summary: string;
  readonly value: T;
}

export const EXECUTE_EXAMPLES: Record<string, Example<z.input<typeof ExecuteRequestSchema>>> = {
  defaults: { summary: "Everything by default", value: {} },
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
};

export const GOAL_EXAMPLES: Record<string, Example<z.input<typeof GoalRequestSchema>>> = {
  riskModel: { summary: "A risk model of the default universe", value: { products: ["risk.model"] } },
};
