// The port through which the API and the command line see a node: views and requests, as zod schemas where they leave the process.
import { z } from "zod";
import { LinkViewSchema } from "./link-view.js";
import type { AlertList, AlertQuery } from "./alerts.js";
import { BridgeRouteSchema } from "./bridge.js";
import type { DeadLetterPage, DeadLetterQuery } from "./dead-letters.js";
import { EngineHealthSchema, HEALTH_LEVELS, IdentitySchema } from "./identity.js";
import type { Messaging } from "./messaging.js";
import type { Performance } from "./performance.js";
import {
  PARTNERSHIP_STATES,
  type PartnershipDetail,
  type PartnershipList,
  type Recommendation,
} from "./partnership.js";
import { PLAN_PREFERENCES } from "./plan.js";
import type { RouteExplanation } from "./route-record.js";
import { ConstraintsSchema, UniverseSchema } from "./products.js";

const goalFields = {
  universe: z
    .array(z.string().min(1).max(32))
    .min(1)
    .max(1024)
    .optional()
    .describe("Symbols; absent: every series with a full lookback at the as-of, real ones first, at most 32."),
  lookbackBars: z.int().min(2).max(20_000).default(252).describe("Bars of history per symbol."),
  asOf: z.iso.date().optional().describe("Only data up to this bar is used; absent: the last complete bar."),
  constraints: ConstraintsSchema.prefault({}).describe(
    "At most `maxAssets` are held, each with a weight within [`minWeight`, `maxWeight`].",
  ),
  riskAversion: z.number().min(0).max(1000).default(5).describe("γ of mean-variance utility, annual."),
  capital: z.number().gt(0).max(1e15).default(1_000_000).describe("In the currency of the prices."),
  preference: z.enum(PLAN_PREFERENCES).default("balanced").describe("What a plan is chosen by."),
  fresh: z.boolean().default(false).describe("Compute anew: no result of an earlier run is used."),
  deadlineMs: z.int().min(1).max(600_000).default(10_000).describe("The run fails when it takes longer."),
};

/** Body of `POST /api/v1/workflows/{name}/execute`. */
export const ExecuteRequestSchema = z.strictObject(goalFields);
export type ExecuteRequest = z.infer<typeof ExecuteRequestSchema>;

/** Body of `POST /api/v1/goals`: any products, by name (the newest version) or `name@version`. */
export const GoalRequestSchema = z.strictObject({
  products: z.array(z.string().min(3).max(128)).min(1).max(16).describe("Products wanted: `name` or `name@version`."),
  facts: z
    .record(z.string().max(128), z.unknown())
    .default({})
    .describe("Further facts, by product: what engines of one's own need from the caller."),
  ...goalFields,
});
export type GoalRequest = z.infer<typeof GoalRequestSchema>;

const STEP_STATES = ["pending", "running", "succeeded", "failed", "skipped"] as const;

const StepViewSchema = z.object({
  id: z.string(),
  engineId: z.string(),
  instanceId: z.string().nullable().describe("Null until an instance has taken it."),
  operation: z.string(),
  gives: z.string().describe("Product key."),
  dependsOn: z.array(z.string()).describe("Ids of the steps whose products it needs."),
  status: z.enum(STEP_STATES),
  attempts: z.int().min(0),
  durationMs: z.number().nullable(),
  reusedFrom: z.string().optional().describe("The earlier run whose result was used instead of computing."),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type StepView = z.infer<typeof StepViewSchema>;

const PlanViewSchema = z.object({
  cost: z.object({
    total: z.number(),
    latency: z.number(),
    reliability: z.number(),
    quality: z.number(),
    criticalPathMs: z.number(),
    criticalPath: z.array(z.string()),
  }),
  optimal: z.boolean(),
  lowerBound: z.number(),
  gap: z.number(),
  choices: z.array(
    z.object({
      product: z.string(),
      chosen: z.string(),
      alternatives: z.array(z.object({ operationId: z.string(), extraCost: z.number().nullable() })),
    }),
  ),
  unmeasured: z
    .array(z.string())
    .describe(
      "Operation ids of the plan that were not measured when it was made: the cost, and a critical path through them, " +
        "rests on priors, the same for all such operations.",
    ),
});

export const RunViewSchema = z.object({
  runId: z.string(),
  workflow: z.string().nullable().describe("Null for a goal without a name."),
  status: z.enum(["queued", "running", "succeeded", "failed"]),
  asOf: z.iso.date().nullable().describe("The bar that every step reads up to; null until a source has fixed it."),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nullable(),
  universe: UniverseSchema.nullable().describe("What was taken, real or synthetic, and what was left out and why."),
  plan: PlanViewSchema.nullable(),
  replans: z.int().min(0).describe("How often the rest was planned anew because an engine was lost."),
  steps: z.array(StepViewSchema),
  resultDropped: z.literal(true).optional().describe("The result was too old to be kept in memory."),
  result: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("On success: the wanted products by their name in the workflow, or by product name."),
  error: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});
export type RunView = z.infer<typeof RunViewSchema>;

export const WorkflowViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  wants: z.record(z.string(), z.string()).describe("Name in the answer's result → product key."),
  reachable: z.boolean(),
  plan: z
    .array(z.string())
    .describe("Operation ids of the plan that would be taken now, in order; empty where unreachable."),
  missing: z.array(
    z.object({
      product: z.string(),
      neededBy: z.array(z.string()),
      couldGive: z
        .array(z.string())
        .describe(
          "Engines of this build that give it and do not live now; empty when no engine of this build gives it.",
        ),
    }),
  ),
});
export type WorkflowView = z.infer<typeof WorkflowViewSchema>;

const FeedViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  state: z.enum(["idle", "loading", "live", "ended", "failed"]),
  series: z.array(z.object({ symbol: z.string(), origin: z.enum(["real", "synthetic"]) })),
  historyFrames: z.int(),
  liveFrames: z.int(),
  position: z.int(),
  lastDate: z.string().nullable(),
  rowsRead: z.int(),
  rowsSkipped: z.int(),
  problems: z.array(z.string()),
});

const COORDINATOR_STATES = ["starting", "discovering", "serving", "draining", "stopped"] as const;

export const SystemStatusSchema = z.object({
  nodeId: z.string(),
  incarnation: z.int(),
  version: z.string(),
  state: z.enum(COORDINATOR_STATES),
  level: z.enum(HEALTH_LEVELS).nullable().describe("Of a serving node."),
  reasons: z.array(z.string()).describe("What is not as it should be, in words."),
  startedAt: z.iso.datetime(),
  uptimeMs: z.number(),
  seed: z.int(),
  bus: z.string().describe("memory, redis, or shared where the program handed it in."),
  leader: z
    .string()
    .nullable()
    .describe("Node that decides what is decided once in the network, as far as this one knows."),
  links: z.array(LinkViewSchema).describe("Channels that leave the process; none on the memory bus."),
  engines: z.object({ total: z.int(), running: z.int() }),
  nodes: z.array(
    z.object({ nodeId: z.string(), status: z.enum(["alive", "suspect", "dead", "left"]), engines: z.int() }),
  ),
  runs: z.object({ active: z.int(), queued: z.int(), succeeded: z.int(), failed: z.int() }),
  bridge: z.array(BridgeRouteSchema).describe("Products that go to other programs over Redis, or come in from them."),
  feed: FeedViewSchema.nullable(),
  goals: z.array(WorkflowViewSchema),
  process: z.object({ residentBytes: z.number(), eventLoopDelayP99Ms: z.number(), nodeVersion: z.string() }),
});
export type SystemStatus = z.infer<typeof SystemStatusSchema>;

export const EngineViewSchema = IdentitySchema;
export type EngineView = z.infer<typeof EngineViewSchema>;

export const TopologySchema = z.object({
  nodes: z.array(
    z.object({
      id: z.string().describe("Instance id."),
      engineId: z.string(),
      nodeId: z.string(),
      kind: z.literal("engine"),
      name: z.string(),
      status: EngineHealthSchema.shape.lifecycle,
      level: z.enum(HEALTH_LEVELS),
      roles: z.array(z.string()),
    }),
  ),
  edges: z
    .array(
      z.object({
        source: z.string(),
        target: z.string(),
        product: z.string(),
        kind: z.enum(["exchange", "stream"]),
        exchanges: z.int(),
        failures: z.int(),
        latencyMs: z.object({ mean: z.number(), p99: z.number() }).nullable(),
        lastAt: z.iso.datetime().nullable().describe("Null while nothing has flowed."),
        partnership: z
          .enum(PARTNERSHIP_STATES)
          .nullable()
          .describe("State of the agreement between the two about the product; null where there is none."),
      }),
    )
    .describe("From real exchanges and partnerships: data flows from `source` to `target`, both instance ids."),
});
export type Topology = z.infer<typeof TopologySchema>;

/** A control-plane event as shown to people: `engine.faulted`, `run.succeeded`, … */
export const NodeEventSchema = z.object({
  sequence: z.int().describe("Grows by one with every event of the node, from 1."),
  at: z.iso.datetime(),
  type: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type NodeEvent = z.infer<typeof NodeEventSchema>;

export const OPERATOR_VERBS = ["stop", "start", "drain", "restart", "crash"] as const;
export type OperatorVerb = (typeof OPERATOR_VERBS)[number];

export const HealthSchema = z.object({
  status: z.enum(["starting", "healthy", "degraded", "critical", "draining", "stopped"]),
  nodeId: z.string(),
  reasons: z.array(z.string()).describe("What cannot be done now, and why."),
});
export type Health = z.infer<typeof HealthSchema>;

/** What the API and embedding programs may ask of a node. Failures are NautilusErrors. */
export interface NodePort {
  readonly nodeId: string;
  /** `alive` is what decides between 200 and 503. */
  health(): { readonly alive: boolean; readonly body: Health };
  /** Whether every workflow that this build can give (or the named one) can be planned now. NOT_FOUND for an unknown name. */
  ready(workflow?: string): { readonly ready: boolean; readonly workflows: readonly WorkflowView[] };
  status(): SystemStatus;
  engines(): readonly EngineView[];
  topology(): Topology;
  performance(): Performance;
  partnerships(): PartnershipList;
  /** By agreement id, or by pair as `CONSUMER>PROVIDER`. */
  partnership(id: string): PartnershipDetail | undefined;
  recommendations(): readonly Recommendation[];
  /** `product`: a name, meaning its newest version, or a key; absent: all. At most `limit` records. */
  explainRoutes(product: string | undefined, limit: number): RouteExplanation;
  /** What is not as it should be on this node, or was. */
  alerts(query: AlertQuery): AlertList;
  /** Newest first, as far as the bus keeps them. */
  deadLetters(query: DeadLetterQuery): DeadLetterPage;
  workflows(): readonly WorkflowView[];
  /** A failed run is a rejected NautilusError whose `details.run` is its view. NOT_FOUND for an unknown workflow. */
  execute(workflow: string, request: ExecuteRequest, signal?: AbortSignal): Promise<RunView>;
  pursue(goal: GoalRequest, signal?: AbortSignal): Promise<RunView>;
  /** Newest first, at most 1000 are kept; `before` is the run that the page follows. NOT_FOUND for one that is not kept. */
  runs(page?: { readonly limit?: number; readonly before?: string | undefined }): readonly RunView[];
  run(runId: string): RunView | undefined;
  /** Events after `sequence` that are still kept (at most 1000), oldest first. */
  eventsAfter(sequence: number): readonly NodeEvent[];
  /** A listener that throws is dropped, and the log says so. */
  onEvent(listener: (event: NodeEvent) => void): () => void;
  /**
   * `id` is an instance, or an engine: then its busiest instance, or all. Answers with the instances acted on.
   * @throws NautilusError NOT_FOUND, CONFLICT when the state does not allow it, FORBIDDEN for crash without chaos
   */
  operate(verb: OperatorVerb, id: string, all: boolean): Promise<readonly EngineView[]>;
  /** What flows to and from this node as messages. */
  messaging(): Messaging;
  /** Prometheus text exposition 0.0.4. */
  metrics(): string;
}
