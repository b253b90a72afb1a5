// What nodes tell each other on the discovery channel.
import { z } from "zod";
import { IdentitySchema } from "../contracts/identity.js";

const nodeId = z.string().min(1).max(128);
const incarnation = z.int().min(0);
const revision = z.int().min(0);
/** The pace of the node's heartbeats. */
const intervalMs = z.number().positive();

const NodeStateSchema = z.object({
  nodeId,
  /** Grows with every start of the node: what an earlier one said does not count. */
  incarnation,
  /** Grows with every change of the node's engines within one incarnation. */
  revision,
  engines: z.array(IdentitySchema),
});
export type NodeState = z.infer<typeof NodeStateSchema>;

export const DiscoveryMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("discovery.announced"), state: NodeStateSchema, intervalMs }),
  /** One per node and interval, for all of its engines. */
  z.object({
    type: z.literal("discovery.heartbeat"),
    nodeId,
    incarnation,
    revision,
    intervalMs,
  }),
  /** Asks one node, or all, for their state. */
  z.object({ type: z.literal("discovery.stateRequested"), nodeId, of: nodeId.optional() }),
  /** A doubt, said aloud so that the doubted one can refute it. */
  z.object({ type: z.literal("discovery.suspected"), nodeId, suspect: nodeId, incarnation }),
  z.object({ type: z.literal("discovery.left"), nodeId, incarnation }),
]);
export type DiscoveryMessage = z.infer<typeof DiscoveryMessageSchema>;
