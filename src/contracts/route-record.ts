// The record of one routing choice: everything it was made from, so that a pure function makes it again.
import { z } from "zod";

const EXCLUSIONS = {
  breaker_open: "its breaker is open: it failed too often",
  probing: "its breaker is half open and all of its trial calls are out",
  suspect: "its node is suspected to be dead",
  tried: "this call was tried there already",
  not_preferred: "the caller named others to ask first",
  not_drawn: "of very many, two were drawn and it was neither",
} as const;
export type Exclusion = keyof typeof EXCLUSIONS;

/** Why a record was kept. */
const KEPT_FOR = ["sample", "exclusion", "retry", "hedge", "failure"] as const;
export type KeptFor = (typeof KEPT_FOR)[number];

/** What a choice weighs of one candidate. */
const RouteTermsSchema = z.object({
  pending: z.int().min(0).describe("Calls of this router that it has not answered yet."),
  others: z
    .number()
    .min(0)
    .describe(
      "Operations for others that it held when it last answered; the older the news, the less of them is counted.",
    ),
  latencyMs: z.number().nullable().describe("Peak-sensitive moving average; null until its first answer."),
  stallMs: z.number().min(0).describe("How long it has had calls of this router without answering any."),
  successRate: z.number().min(0).max(1).describe("Over the last ten seconds."),
  preference: z
    .number()
    .positive()
    .describe("Factor of the partnership with the caller: 1 is neutral, less is better."),
  missingCapabilities: z.int().min(0),
  calls: z.number().min(0).describe("Answered so far; of equals the least called is taken."),
  turn: z.number().min(0).describe("Serial of the choice that took it last."),
});
export type RouteTerms = z.infer<typeof RouteTermsSchema>;

export const RouteRecordSchema = z.object({
  serial: z.int().min(0),
  at: z.iso.datetime(),
  product: z.string(),
  operationId: z.string(),
  consumer: z.string(),
  correlationId: z.string(),
  attempt: z.int().min(1),
  keptFor: z.enum(KEPT_FOR),
  strategy: z.string(),
  /** Fewer than half of the candidates were healthy: all of them were considered. */
  panic: z.boolean(),
  /** A trial call for a half-open breaker: it goes there whatever the score. */
  probe: z.boolean(),
  draw: z
    .number()
    .min(0)
    .lt(1)
    .nullable()
    .describe("What two of very many were drawn by; null where all were weighed."),
  tieDraw: z.number().min(0).lt(1).nullable().describe("What decided among equals, where the strategy draws."),
  /** `coming`: none ran, and the call waits for one that starts. */
  from: z.enum(["running", "coming"]),
  /** Candidates that were left after the exclusions. */
  considered: z.int().min(1),
  candidates: z.array(
    z.object({
      instanceId: z.string(),
      position: z.int().min(0).describe("Among those that were considered."),
      wantsTrial: z.boolean().describe("Its half-open breaker has a trial call to give."),
      terms: RouteTermsSchema,
      score: z.number().nullable().describe("Less is better; null for infinite."),
    }),
  ),
  excluded: z.array(z.object({ instanceId: z.string(), reason: z.enum(Object.keys(EXCLUSIONS) as [Exclusion]) })),
  winner: z.string(),
  runnerUp: z.string().nullable(),
  outcome: z.object({ success: z.boolean(), code: z.string().nullable(), latencyMs: z.number() }),
});
export type RouteRecord = z.infer<typeof RouteRecordSchema>;

/** A record with what would have changed it. */
const ExplainedRouteSchema = RouteRecordSchema.extend({
  flips: z
    .array(
      z.object({
        term: z.string(),
        was: z.number().nullable(),
        at: z.number(),
        then: z.string().describe("Who would have been taken."),
      }),
    )
    .describe("Term by term, from which value of the winner's another would have been taken, all else as it was."),
});

export const RouteExplanationSchema = z.object({
  product: z.string().nullable().describe("Product key; null for all."),
  products: z.array(z.string()).describe("Product keys with records."),
  now: z
    .array(
      z.object({
        operationId: z.string(),
        kind: z.enum(["operation", "make", "fetch"]),
        instanceId: z.string(),
        from: z.enum(["running", "coming"]),
        breaker: z.enum(["closed", "open", "half_open"]),
        suspect: z.boolean(),
        terms: RouteTermsSchema,
        score: z.number().nullable(),
      }),
    )
    .describe("What a choice would weigh now, of every candidate that was ever asked or could be."),
  records: z.array(ExplainedRouteSchema).describe("Newest first."),
});
export type RouteExplanation = z.infer<typeof RouteExplanationSchema>;
