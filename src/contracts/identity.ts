// What an engine knows and announces of itself. Derived from its definition and from what the network measures.
import { z } from "zod";
import { PRIORITIES } from "./priority.js";

/** A role or a capability: any word, so that every domain has its own. */
export const WordSchema = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, "must be a snake_case word");

export const PreferenceSchema = z.object({
  engineId: z.string(),
  relationship: z.enum(["primary", "secondary", "optional"]),
  /** From this engine's side: does data come in from the other, or go out to it? */
  direction: z.enum(["input", "output"]),
  latencyMs: z.number().positive(),
  reliabilityPct: z.number().min(0).max(100),
  /** Of a consumer's need: decides, after trust, who is served where a provider has too many; normal where it does not say. */
  priority: z.enum(PRIORITIES).optional(),
});
export type Preference = z.infer<typeof PreferenceSchema>;

export const LimitsSchema = z.object({
  /** Operations running at once in one instance. */
  concurrency: z.int().min(1).max(1024),
  /** Calls waiting in one instance's mailbox. */
  queue: z.int().min(1).max(1_000_000),
  /** Consumers that one instance agrees with at once; 64 where it does not say. */
  partners: z.int().min(1).max(4096).optional(),
});
export type Limits = z.infer<typeof LimitsSchema>;

/** Measured on this instance; `null` until there is something to measure. */
export const MeasuredSchema = z.object({
  calls: z.int().min(0),
  failures: z.int().min(0),
  latencyMs: z.object({ mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  reliabilityPct: z.number().min(0).max(100).nullable(),
  /** In [0, 1]: what the operation measures of itself out of sample. */
  quality: z.number().min(0).max(1).nullable(),
});
export type Measured = z.infer<typeof MeasuredSchema>;

const OperationIdentitySchema = z.object({
  /** `ENGINE_ID.name@version`: the same on every instance and node. */
  id: z.string(),
  name: z.string(),
  version: z.int().min(1),
  /** Product keys. */
  needs: z.array(z.string()),
  uses: z.array(z.string()),
  gives: z.string(),
  effects: z.boolean(),
  /** Reads the outside world: what it read is pinned for the run. */
  source: z.boolean(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()),
  measured: MeasuredSchema,
});
export type OperationIdentity = z.infer<typeof OperationIdentitySchema>;

export const LIFECYCLES = ["starting", "running", "draining", "stopped", "faulted", "restarting"] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

export const HEALTH_LEVELS = ["healthy", "degraded", "critical"] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

export const EngineHealthSchema = z.object({
  lifecycle: z.enum(LIFECYCLES),
  /** Of a running engine; `critical` while it is not running. */
  level: z.enum(HEALTH_LEVELS),
  reasons: z.array(z.string()),
  restarts: z.int().min(0),
  /** Starts that failed since it last ran. */
  failedStarts: z.int().min(0),
});

export const LoadSchema = z.object({
  active: z.int().min(0),
  queued: z.int().min(0),
});

export const IdentitySchema = z.object({
  engineId: z.string(),
  /** `ENGINE_ID.ordinal@node`. */
  instanceId: z.string(),
  nodeId: z.string(),
  name: z.string(),
  version: z.string(),
  roles: z.array(WordSchema),
  capabilities: z.array(WordSchema),
  operations: z.array(OperationIdentitySchema),
  /** Product keys of the streams it reads, and of those it publishes. */
  consumes: z.array(z.string()),
  publishes: z.array(z.string()),
  preferences: z.array(PreferenceSchema),
  limits: LimitsSchema,
  health: EngineHealthSchema,
  load: LoadSchema,
  /** Grows with every change of this identity within one incarnation of its node. */
  revision: z.int().min(0),
});
export type Identity = z.infer<typeof IdentitySchema>;

/** Whether an instance is the one named, or of the engine named: instances are called `ENGINE_ID.ordinal@node`. */
export function isInstanceOf(name: string, instanceId: string): boolean {
  return instanceId === name || instanceId.startsWith(`${name}.`);
}
