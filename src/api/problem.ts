// Every failure as an RFC 9457 problem document: one shape, one mapper.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { ERROR_TABLE, isErrorCode, jsonDetails, NautilusError, type ErrorCode } from "../contracts/errors.js";
import type { Logger } from "../contracts/logger.js";
import { RunViewSchema } from "../contracts/views/runs.js";
import type { ApiEnv } from "./api-env.js";
import { named } from "./named-schema.js";

export const PROBLEM_TYPE = "application/problem+json";

const CODES = Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]];

/** A failed run has no result, and its own `status` and `error` are the problem's. */
const OF_THE_PROBLEM = { status: true, error: true, result: true } as const;

/** What a failed run adds. */
const RunMembersSchema = RunViewSchema.omit(OF_THE_PROBLEM).partial();

export const ProblemSchema = named(
  "Problem",
  z.looseObject({
    type: z.string().describe("Where this kind of problem is described."),
    title: z.string().describe("The kind of problem: the same for every occurrence."),
    status: z.int().describe("The HTTP status."),
    detail: z.string().describe("This occurrence, in words."),
    instance: z.string().describe("The path that was asked."),
    code: z.enum(CODES).describe("What a program decides by."),
    retryable: z.boolean().describe("May the same request succeed later?"),
    details: z.record(z.string(), z.unknown()).optional().describe("What is known of this occurrence, as data."),
    ...RunMembersSchema.shape,
  }),
  "RFC 9457 problem details. Where a run failed, the run stands in it with the steps so far.",
);
export type Problem = z.infer<typeof ProblemSchema>;

/** The address of the description of a code, on the docs page. */
export function problemType(code: ErrorCode): string {
  return `/docs#${code}`;
}

/** `details.run` is spread into the document; whatever else is in `details` stays there. */
export function toProblem(error: NautilusError, instance: string): Problem {
  // An engine may have written into an error since it was made.
  const code = isErrorCode(error.code) ? error.code : "INTERNAL";
  const { status, title } = ERROR_TABLE[code];
  const { run, ...details } = jsonDetails(error.details);
  return {
    type: problemType(code),
    title,
    status,
    detail: error.message,
    instance,
    code,
    retryable: error.retryable,
    ...(Object.keys(details).length > 0 && { details }),
    ...(isRecord(run) && runMembers(run)),
  };
}

export function problemResponse(
  error: NautilusError,
  instance: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = toProblem(error, instance);
  const retryAfter: Record<string, string> = error.retryable ? { "retry-after": "1" } : {};
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": PROBLEM_TYPE, ...retryAfter, ...headers },
  });
}

/** The error mapper of the whole API. A foreign error is logged in full and shown without its text. */
export function errorMapper(log: Logger): (thrown: unknown, c: Context<ApiEnv>) => Response {
  return (thrown, c) => {
    const error = fromThrown(thrown, c);
    const { requestId } = c.var;
    if (error.code === "INTERNAL") {
      log.error({ err: error.cause ?? error, requestId, path: c.req.path }, "request failed");
    } else {
      log.debug({ code: error.code, requestId, path: c.req.path }, error.message);
    }
    return problemResponse(error, c.req.path);
  };
}

function fromThrown(thrown: unknown, c: Context<ApiEnv>): NautilusError {
  if (thrown instanceof NautilusError) return thrown;
  if (thrown instanceof HTTPException) {
    const code = CODES.find((candidate) => ERROR_TABLE[candidate].status === thrown.status);
    if (code !== undefined) return new NautilusError(code, thrown.message || ERROR_TABLE[code].title);
  }
  const detail = `an unexpected failure; the log has it under request ${c.var.requestId}`;
  return new NautilusError("INTERNAL", detail, { cause: thrown });
}

/** Of the run all but what the problem says itself. */
function runMembers(run: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(run).filter(([name]) => !(name in OF_THE_PROBLEM)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
