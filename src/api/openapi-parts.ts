// The pieces that every operation of the OpenAPI document is put together from.
import { z } from "@hono/zod-openapi";
import { ERROR_TABLE, type ErrorCode } from "../contracts/errors.js";
import type { RequestExample } from "../contracts/workflow.js";
import { PROBLEM_TYPE, ProblemSchema, problemType } from "./problem.js";

export const TAGS = {
  health: "Health",
  system: "System",
  engines: "Engines",
  network: "Network",
  workflows: "Workflows and goals",
  events: "Events",
  domain: "Domain",
  docs: "Documentation",
} as const;

/** Of an operation that takes no query: a parameter that nobody reads is a slip, and is refused. */
export const NO_QUERY = z.strictObject({});

interface PageSize {
  /** Unless the caller asks for another. */
  readonly usual: number;
  readonly most: number;
}

/** How many of `what` one answer holds. */
export function pageLimit(what: string, { usual, most }: PageSize): z.ZodOptional<z.ZodCoercedNumber> {
  const description = `${what} in one answer; ${usual} unless given.`;
  return z.coerce.number().int().min(1).max(most).optional().meta({ description, example: usual });
}

export interface ProblemAnswer {
  description: string;
  content: { [PROBLEM_TYPE]: { schema: typeof ProblemSchema; examples: Record<string, object> } };
}

export type ProblemAnswers<C extends ErrorCode> = { [S in (typeof ERROR_TABLE)[C]["status"]]: ProblemAnswer };

/** Any of them may come from any operation. */
const ALWAYS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "INTERNAL"] as const;

/** The answers of an operation that fails with one of `codes`, by status, with an example for each code. */
export function problems<C extends ErrorCode = never>(...codes: C[]): ProblemAnswers<C | (typeof ALWAYS)[number]> {
  const answers: Partial<Record<number, ProblemAnswer>> = {};
  for (const code of new Set<ErrorCode>([...codes, ...ALWAYS])) {
    const { status, title, retryable } = ERROR_TABLE[code];
    const detail = "What went wrong this time, in words.";
    const value = { type: problemType(code), title, status, detail, instance: "/api/v1/…", code, retryable };
    const answer = (answers[status] ??= problemAnswer());
    answer.description = [answer.description, `${code}: ${title}.`].join(" ").trim();
    answer.content[PROBLEM_TYPE].examples[code] = { summary: title, value };
  }
  return answers as ProblemAnswers<C | (typeof ALWAYS)[number]>;
}

function problemAnswer(): ProblemAnswer {
  return { description: "", content: { [PROBLEM_TYPE]: { schema: ProblemSchema, examples: {} } } };
}

export function json<S extends z.ZodType>(
  schema: S,
  description: string,
  example?: z.input<S>,
): { description: string; content: { "application/json": { schema: S; example?: z.input<S> } } } {
  return {
    description,
    content: { "application/json": { schema, ...(example !== undefined && { example }) } },
  };
}

export interface RequestBody<S = object> {
  required: false;
  content: { "application/json": { schema: S; examples: Readonly<Record<string, RequestExample>> } };
}

export function body<S>(schema: S, examples: Readonly<Record<string, RequestExample>>): RequestBody<S> {
  return { required: false, content: { "application/json": { schema, examples } } };
}
