// What nodes tell each other on the discovery channel.
import { z } from "zod";
import {
  EngineHealthSchema,
  IdentitySchema,
  LoadSchema,
  MeasuredSchema,
  type Identity,
} from "../contracts/identity.js";

/** Nodes known at once, and told of in one message. */
export const MAX_NODES = 1024;
/** Engine instances of one node. */
const MAX_ENGINES = 16_384;

const nodeId = z.string().min(1).max(128);
/** Grows with every start of the node: what an earlier one said does not count. */
const incarnation = z.int().min(0);
/** Grows with every change of the node's engines within one incarnation; 0 where nothing is known of them. */
const revision = z.int().min(0);
/** The node promises not to be silent for longer. */
const intervalMs = z.number().positive();
/** On the node's own clock, growing with every word of its: the later of two says more, whoever passed it on. */
const aliveAtMs = z.int().min(0);

const head = { nodeId, incarnation, revision, aliveAtMs, intervalMs };

/** What of an engine changes while it works; the rest of its identity, schemas above all, is not told again. */
const VitalsSchema = z.object({
  instanceId: z.string(),
  revision: z.int().min(0),
  health: EngineHealthSchema,
  load: LoadSchema,
  /** In the order of its operations. */
  measured: z.array(MeasuredSchema),
});
export type Vitals = z.infer<typeof VitalsSchema>;

/** Checked, and taken as it is: what a bus within one process hands over is shared, not copied. */
const SharedIdentitySchema = z.custom<Identity>().check((payload) => {
  const parsed = IdentitySchema.safeParse(payload.value);
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  payload.issues.push({ code: "custom", input: payload.value, path: issue?.path ?? [], message: issue?.message ?? "" });
});

const StateUpdateSchema = z.object({
  nodeId,
  incarnation,
  /** The revision that it builds upon; 0 where it tells everything. */
  base: revision,
  revision,
  /** New since the base, or changed in more than their vitals. */
  engines: z.array(SharedIdentitySchema).max(MAX_ENGINES),
  vitals: z.array(VitalsSchema).max(MAX_ENGINES),
});
export type StateUpdate = z.infer<typeof StateUpdateSchema>;

/** What one node believes of another, or says of itself. */
const ClaimSchema = z.object({ ...head, status: z.enum(["alive", "suspect", "dead", "left"]) });
export type Claim = z.infer<typeof ClaimSchema>;

const claims = z.array(ClaimSchema).max(MAX_NODES);

export const DiscoveryMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("discovery.announced"), ...head, update: StateUpdateSchema }),
  z.object({
    type: z.literal("discovery.heartbeat"),
    ...head,
    /** Of all that it knows: where two differ, they compare. */
    digest: z.string().max(32),
    /** Its event loop does not turn: it lives, but answers nobody. */
    lagging: z.boolean(),
    /** What it learned since the last. */
    news: claims,
  }),
  /** All that a node knows of others; `answer` asks what the hearer knows better. */
  z.object({ type: z.literal("discovery.compared"), nodeId, claims, answer: z.boolean() }),
  /** Asks for what is new since the revisions that are named. */
  z.object({
    type: z.literal("discovery.stateRequested"),
    nodeId,
    of: z.array(z.object({ nodeId, incarnation, revision })).max(MAX_NODES),
  }),
  z.object({ type: z.literal("discovery.stateTold"), nodeId, updates: z.array(StateUpdateSchema).max(MAX_NODES) }),
  /** A doubt, said to the doubted one so that it can refute it. */
  z.object({ type: z.literal("discovery.suspected"), nodeId, suspect: nodeId, incarnation, aliveAtMs }),
  z.object({ type: z.literal("discovery.left"), nodeId, incarnation }),
]);
export type DiscoveryMessage = z.infer<typeof DiscoveryMessageSchema>;
export type Message<T extends DiscoveryMessage["type"]> = Extract<DiscoveryMessage, { type: T }>;
