// The node as a whole.
import { z } from "zod";
import { BridgeRouteSchema } from "../bridge.js";
import { CHANNEL_NAMES } from "../channel.js";
import { FeedStatusSchema } from "../feed.js";
import { HEALTH_LEVELS } from "../identity.js";
import { WorkflowViewSchema } from "./workflows.js";

/** One channel that leaves the process. */
const LinkViewSchema = z.object({
  channel: z.enum(CHANNEL_NAMES),
  connected: z.boolean(),
  reconnects: z.int(),
  unacknowledged: z.int().describe("Messages published here that some reader elsewhere has not taken yet."),
  resent: z.int().describe("Batches sent more than once, as it was not known whether they had arrived."),
  duplicates: z.int().describe("Batches that came more than once; they took effect once."),
  missing: z.int().describe("Batches that never came though later ones of their sender did."),
  malformed: z.int().describe("What came and was no batch."),
  trimmedUnread: z.int().describe("What was given up before a reader had it, as it was too far behind or away."),
  refusal: z
    .string()
    .nullable()
    .describe("What the server said when it refused to keep a message, where that was moments ago."),
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
  feed: FeedStatusSchema.nullable(),
  goals: z.array(WorkflowViewSchema),
  process: z.object({ residentBytes: z.number(), eventLoopDelayP99Ms: z.number(), nodeVersion: z.string() }),
});
export type SystemStatus = z.infer<typeof SystemStatusSchema>;
