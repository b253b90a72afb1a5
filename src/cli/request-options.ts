// The options of a request to a running node.
import { z } from "zod";
import { ExecuteRequestSchema } from "../domain/requests.js";
import { PLAN_PREFERENCES } from "../contracts/plan.js";
import { ConstraintsSchema } from "../domain/products/portfolio.js";
import type { Option } from "./option.js";

const { shape } = ExecuteRequestSchema;
const { shape: constraints } = ConstraintsSchema;

export const JSON_FLAG: Option = {
  name: "json",
  kind: "flag",
  description: "print the answer as it came, as JSON",
  expects: "true or false",
  schema: z.boolean(),
  flagOnly: true,
};

function asked(option: Omit<Option, "flagOnly">): Option {
  return { ...option, flagOnly: true };
}

/** Each with the field of the request that it fills. */
export const REQUEST_OPTIONS: readonly { readonly field: readonly string[]; readonly option: Option }[] = [
  {
    field: ["universe"],
    option: asked({
      name: "symbols",
      kind: "list",
      placeholder: "A,B",
      description: "what to choose from; every series with enough history unless given",
      expects: "1 to 1024 symbols",
      schema: shape.universe,
    }),
  },
  {
    field: ["asOf"],
    option: asked({
      name: "as-of",
      kind: "text",
      placeholder: "DATE",
      description: "only data up to this day; the last complete bar unless given",
      expects: "a date, like 2018-01-05",
      schema: shape.asOf,
    }),
  },
  {
    field: ["lookbackBars"],
    option: asked({
      name: "lookback-bars",
      kind: "number",
      placeholder: "N",
      description: "bars of history per symbol",
      expects: "a whole number from 2 to 20000",
      schema: shape.lookbackBars,
      fallback: "252",
    }),
  },
  {
    field: ["constraints", "maxAssets"],
    option: asked({
      name: "max-assets",
      kind: "number",
      placeholder: "N",
      description: "greatest number of held assets",
      expects: "a whole number from 1 to 1024",
      schema: constraints.maxAssets,
      fallback: "10",
    }),
  },
  {
    field: ["constraints", "minWeight"],
    option: asked({
      name: "min-weight",
      kind: "number",
      placeholder: "X",
      description: "least weight of a held asset",
      expects: "a number from 0 to 1",
      schema: constraints.minWeight,
      fallback: "0.01",
    }),
  },
  {
    field: ["constraints", "maxWeight"],
    option: asked({
      name: "max-weight",
      kind: "number",
      placeholder: "X",
      description: "greatest weight of a held asset",
      expects: "a number above 0, at most 1",
      schema: constraints.maxWeight,
      fallback: "0.25",
    }),
  },
  {
    field: ["riskAversion"],
    option: asked({
      name: "risk-aversion",
      kind: "number",
      placeholder: "X",
      description: "how much variance costs",
      expects: "a number from 0 to 1000",
      schema: shape.riskAversion,
      fallback: "5",
    }),
  },
  {
    field: ["capital"],
    option: asked({
      name: "capital",
      kind: "number",
      placeholder: "X",
      description: "in the currency of the prices",
      expects: "a number above 0, at most 1e15",
      schema: shape.capital,
      fallback: "1000000",
    }),
  },
  {
    field: ["preference"],
    option: asked({
      name: "preference",
      kind: "text",
      placeholder: PLAN_PREFERENCES.join("|"),
      description: "what a plan is chosen by",
      expects: `one of ${PLAN_PREFERENCES.join(", ")}`,
      schema: z.enum(PLAN_PREFERENCES),
      fallback: "balanced",
    }),
  },
  {
    field: ["fresh"],
    option: asked({
      name: "fresh",
      kind: "flag",
      description: "compute anew, reusing no earlier result",
      expects: "true or false",
      schema: shape.fresh,
    }),
  },
  {
    field: ["deadlineMs"],
    option: asked({
      name: "deadline-ms",
      kind: "number",
      placeholder: "N",
      description: "the run fails when it takes longer",
      expects: "a whole number from 1 to 600000",
      schema: shape.deadlineMs,
      fallback: "10000",
    }),
  },
];
