// What is measured of a node, in one view.
import { z } from "zod";
import { EngineHealthSchema, HEALTH_LEVELS } from "../identity.js";

export const PerformanceSchema = z.object({
  at: z.iso.datetime(),
  engines: z.array(
    z.object({
      instanceId: z.string(),
      engineId: z.string(),
      lifecycle: EngineHealthSchema.shape.lifecycle,
      level: z.enum(HEALTH_LEVELS),
      active: z.int(),
      queued: z.int(),
      calls: z.int(),
      failures: z.int(),
      callsPerSecond: z.number(),
      reliabilityPct: z.number().nullable(),
      latencyMs: z.object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
      quality: z.number().nullable(),
    }),
  ),
  bus: z.array(
    z.object({
      channel: z.string(),
      published: z.int(),
      delivered: z.int(),
      conflated: z.int(),
      dropped: z.int(),
      redelivered: z.int(),
      failed: z.int(),
      queued: z.int(),
    }),
  ),
  deadLetters: z.int(),
  pool: z.object({ threads: z.int(), running: z.int(), queued: z.int(), completed: z.int(), failed: z.int() }),
  router: z.object({
    calls: z.int(),
    failures: z.int(),
    retries: z.int(),
    hedges: z.int(),
    rejected: z.int(),
    shed: z.int().describe("Calls that failed for lack of room, in the router or at the instances."),
    unaffordable: z.int().describe("Further attempts that were not made: the retry budget was used up."),
    timeouts: z.int(),
    stalls: z.int(),
  }),
  runs: z.object({
    succeeded: z.int(),
    failed: z.int(),
    refused: z.int().describe("Runs that never were one: so many waited already."),
    latencyMs: z.object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  }),
  streams: z.object({
    refused: z.int().describe("Stream messages that a channel pushed back on and then refused."),
  }),
  results: z.object({
    kept: z.int().describe("Results that the instances of this node keep for whoever asks again."),
    bytes: z.number().describe("About how much memory they hold."),
    evicted: z.int().describe("Results that had to go because all of them together were too large."),
  }),
  discovery: z.object({
    refusedNodes: z.int().describe("Announcements of nodes that were one too many to be known."),
  }),
  eventLoopDelayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  residentBytes: z.number(),
});
export type Performance = z.infer<typeof PerformanceSchema>;
