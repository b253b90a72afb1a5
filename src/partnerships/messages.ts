// What two nodes tell each other about partnerships, each on the topic of the node that it is for.
import { z } from "zod";
import { AgreementSchema, PROVIDER_VERBS } from "../contracts/partnership.js";

/** Agreements in one message. */
export const MOST_LISTED = 64;

const nodeId = z.string().min(1).max(128);
const digest = z.string().max(64);
const pair = z.string().max(520);
const { born, id, reason, terms } = AgreementSchema.shape;

export const PartnershipMessageSchema = z.discriminatedUnion("type", [
  /** To the provider: how the agreement stands. Its consumer, which owns it, has the only word. */
  z.object({ type: z.literal("partnership.changed"), agreement: AgreementSchema }),
  /** To the consumer: what the provider says to one version of the agreement. It says nothing to any other version. */
  z.object({
    type: z.literal("partnership.answered"),
    pair,
    id,
    epoch: AgreementSchema.shape.epoch,
    verb: z.enum(PROVIDER_VERBS),
    reason,
    terms: terms.optional(),
  }),
  /** Digests of what the sender's engines take from the receiver's, and give to them. */
  z.object({
    type: z.literal("partnership.compared"),
    nodeId,
    consumed: digest,
    provided: digest,
    /** The latest proposal of the receiver that the sender knows; null without any. */
    latest: born.nullable(),
    /** Sent because of another one, and not answered by one. */
    isReply: z.boolean(),
  }),
  /** All agreements of the sender's consumers with the receiver's providers, of pairs after `after`, up to `upTo`. */
  z.object({
    type: z.literal("partnership.listed"),
    nodeId,
    agreements: z.array(AgreementSchema).max(MOST_LISTED),
    after: pair,
    /** Null: to the end. */
    upTo: pair.nullable(),
    /** The latest proposal of the sender when it made the list. */
    latest: born,
  }),
]);
export type PartnershipMessage = z.infer<typeof PartnershipMessageSchema>;
export type Answered = Extract<PartnershipMessage, { type: "partnership.answered" }>;
export type Compared = Extract<PartnershipMessage, { type: "partnership.compared" }>;
export type Listed = Extract<PartnershipMessage, { type: "partnership.listed" }>;
