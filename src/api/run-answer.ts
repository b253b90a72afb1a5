// What every way of starting a run can answer with.
import { RunViewSchema } from "../contracts/views/runs.js";
import { problems } from "./openapi-parts.js";
import { named } from "./named-schema.js";

export const Run = named("Run", RunViewSchema);

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
