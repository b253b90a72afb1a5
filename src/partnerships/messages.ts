// What the two sides of a partnership tell each other, each on the topic of the node that it is for.
import { z } from "zod";
import { AgreementSchema, PARTNERSHIP_SIDES, type Agreement } from "../contracts/partnership.js";

/** Agreements in one message. */
export const MOST_LISTED = 64;

const nodeId = z.string().min(1).max(128);

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
]);
export type PartnershipMessage = z.infer<typeof PartnershipMessageSchema>;

/** What a digest is made of; the same on both sides where they agree. */
export function digestLine({ id, epoch, phase, by }: Agreement): string {
  return `${id} ${epoch} ${phase} ${by}`;
}
