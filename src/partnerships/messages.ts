// What the two sides of a partnership tell each other, each on the topic of the node that it is for.
import { z } from "zod";
import { AgreementSchema, PARTNERSHIP_SIDES, type Agreement } from "../contracts/partnership.js";
import type { Claim, Holder, Verdict } from "./matching.js";

/** Agreements in one message. */
export const MOST_LISTED = 64;

const nodeId = z.string().min(1).max(128);
const instanceId = z.string().min(1).max(256);

/** Consumers of each kind in one message. */
export const MOST_CLAIMS = 256;

const { relationship, trust, priority, spare } = AgreementSchema.shape;
const ClaimSchema = z.object({
  consumer: instanceId,
  ...{ relationship, trust, priority, spare },
  waited: z.int().min(0),
}) satisfies z.ZodType<Claim>;
const HolderSchema = ClaimSchema.extend({ isProtected: z.boolean() }) satisfies z.ZodType<Holder>;
const VerdictSchema = z.object({
  consumer: instanceId,
  admitted: z.boolean(),
  displaced: instanceId.optional(),
}) satisfies z.ZodType<Verdict>;
const asked = z.int().min(1);

export const PartnershipMessageSchema = z.discriminatedUnion("type", [
  /** One side changed the agreement, or tells the other again how it stands. */
  z.object({ type: z.literal("partnership.changed"), to: z.enum(PARTNERSHIP_SIDES), agreement: AgreementSchema }),
  /** The other side has taken it over: it need not be told again. */
  z.object({
    type: z.literal("partnership.noted"),
    by: z.enum(PARTNERSHIP_SIDES),
    pair: z.string().max(520),
    born: AgreementSchema.shape.born,
    epoch: AgreementSchema.shape.epoch,
  }),
  /** A digest over everything that the two nodes have agreed on, for the other to compare with its own. */
  z.object({ type: z.literal("partnership.compared"), nodeId, digest: z.string().max(64), count: z.int().min(0) }),
  /** The digests differ: how everything stands here. */
  z.object({
    type: z.literal("partnership.listed"),
    nodeId,
    agreements: z.array(z.object({ to: z.enum(PARTNERSHIP_SIDES), agreement: AgreementSchema })).max(MOST_LISTED),
    /** The other is asked to list its own in turn. */
    answer: z.boolean(),
  }),
  /** More want a place at a provider than it has: whoever leads is asked who gets one. */
  z.object({
    type: z.literal("partnership.contested"),
    provider: instanceId,
    /** Which question of that node it is. */
    asked,
    newcomers: z.array(ClaimSchema).min(1).max(MOST_CLAIMS),
    room: z.object({
      free: z.int(),
      holders: z.array(HolderSchema).max(MOST_CLAIMS),
      waiting: z.array(ClaimSchema).max(MOST_CLAIMS),
    }),
  }),
  /** What the leader decided, and the token of the lease under which it did. */
  z.object({
    type: z.literal("partnership.settled"),
    provider: instanceId,
    asked,
    token: z.int().min(0),
    verdicts: z.array(VerdictSchema).max(MOST_CLAIMS),
  }),
]);
export type PartnershipMessage = z.infer<typeof PartnershipMessageSchema>;
export type Contested = Extract<PartnershipMessage, { type: "partnership.contested" }>;
export type Settled = Extract<PartnershipMessage, { type: "partnership.settled" }>;

/** What a digest is made of; the same on both sides where they agree. */
export function digestLine({ id, epoch, phase, by }: Agreement): string {
  return `${id} ${epoch} ${phase} ${by}`;
}
