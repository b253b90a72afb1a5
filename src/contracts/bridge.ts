// Which products a node mirrors to Redis for other programs, or takes in from them, and what came of it.
import { z } from "zod";
import { CHANNEL_NAMES } from "./channel.js";
import { EnvelopeSchema } from "./envelope.js";

export const BRIDGE_DIRECTIONS = ["out", "in"] as const;
/** `out`: from this node to Redis; `in`: from Redis to this node. */
export type BridgeDirection = (typeof BRIDGE_DIRECTIONS)[number];

/** A name, or the beginning of names with a star; where a version is given, that one only; and a direction. */
const PATTERN = /^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.?\*)?)(@[1-9]\d*)?:(in|out)$/;

const EXPECTS = "a product and a direction, like market.*:out or strategy.signals@1:in";

export const BridgePatternSchema = z
  .string()
  .max(160)
  .regex(PATTERN, `must be ${EXPECTS}`)
  .meta({ placeholder: "PRODUCT:in|out", expects: EXPECTS });

/** What another program has to say: of the envelope, no more than CloudEvents asks for. */
export const ForeignEventSchema = EnvelopeSchema.extend({
  time: z.iso.datetime({ offset: true }).optional(),
  priority: EnvelopeSchema.shape.priority.default("normal"),
  incarnation: EnvelopeSchema.shape.incarnation.default(0),
  sequence: EnvelopeSchema.shape.sequence.default(0),
});

export const BridgeRouteSchema = z.object({
  product: z.string().describe("Product key."),
  direction: z.enum(BRIDGE_DIRECTIONS),
  channel: z.enum(CHANNEL_NAMES),
  key: z.string().describe("Where at the server: a pub/sub channel for `marketData`, a stream for the others."),
  server: z.string().describe("Without credentials."),
  connected: z.boolean(),
  passed: z.int().describe("Messages that went out, or were taken in."),
  refused: z.int().describe("Messages that are not what the bridge takes; they went nowhere."),
  dropped: z.int().describe("Messages that were lost for lack of room, or because Redis could not be reached."),
  waiting: z.int().describe("Messages that are still to go out."),
});
export type BridgeRouteView = z.infer<typeof BridgeRouteSchema>;
