// What every way of starting a run can answer with.
import { z } from "@hono/zod-openapi";
import { withRunFields, type Domain } from "../contracts/domain.js";
import { RunViewSchema } from "../contracts/views/runs.js";
import { problems } from "./openapi-parts.js";
import { named } from "./named-schema.js";

/** The view of a run with what the domain adds, which no type here knows of. */
export function runSchema({ runFields = [] }: Domain): typeof RunViewSchema {
  const shape = withRunFields<z.ZodType>(RunViewSchema.shape, runFields, ({ schema }) => schema);
  return named("Run", z.object(shape) as unknown as typeof RunViewSchema);
}

export const RUN_PROBLEMS = problems(
  "INVALID_INPUT",
  "NOT_FOUND",
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "INFEASIBLE",
  "NO_HISTORY",
  "CANCELLED",
  "OVERLOADED",
  "NO_PLAN",
  "GIVER_DOWN",
  "NOT_SERVING",
  "DEADLINE_EXCEEDED",
);
