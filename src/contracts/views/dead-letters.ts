// Messages that could not take effect, as they are shown to people.
import { z } from "zod";
import { CHANNEL_NAMES } from "../channel.js";
import { EnvelopeSchema } from "../envelope.js";

const DeadLetterViewSchema = z.object({
  sequence: z.int().min(1).describe("Grows by one with every dead letter of the bus."),
  channel: z.enum(CHANNEL_NAMES),
  topic: z.string(),
  subscription: z.string().describe("Whose handler failed."),
  reason: z.string().describe("What it failed with the last time."),
  attempts: z.int().min(1),
  message: EnvelopeSchema.omit({ data: true }).extend({
    data: z.unknown().optional().describe("Where asked for; what is no JSON, or too large, stands in it as a text."),
  }),
});
export type DeadLetterView = z.infer<typeof DeadLetterViewSchema>;

export const DeadLetterPageSchema = z.object({
  deadLetters: z.array(DeadLetterViewSchema),
  total: z.int().min(0).describe("All there ever were."),
  kept: z.int().min(0),
  next: z.int().nullable().describe("What `before` takes for the next page; null on the last one."),
});
export type DeadLetterPage = z.infer<typeof DeadLetterPageSchema>;

export interface DeadLetterQuery {
  readonly limit: number;
  /** Only those of a smaller sequence. */
  readonly before?: number | undefined;
  /** With what the messages carried. */
  readonly data?: boolean;
}
