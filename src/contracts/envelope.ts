// The envelope of every bus: CloudEvents 1.0 attributes with ours as extensions. Validated once, where it enters a process.
import { z } from "zod";
import { PRIORITIES } from "./priority.js";

export const EnvelopeSchema = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(128),
  /** Node id. */
  source: z.string().min(1).max(128),
  /** `domain.pastTense` of an event, `domain.imperative` of a command, the product key of stream data. */
  type: z.string().min(1).max(128),
  /** What the message is about, a symbol for instance: streams are ordered, and conflated, per subject. */
  subject: z.string().max(128).optional(),
  /** RFC 3339. */
  time: z.iso.datetime(),
  dataschema: z.string().max(256).optional(),
  correlationid: z.string().max(128).optional(),
  causationid: z.string().max(128).optional(),
  priority: z.enum(PRIORITIES),
  /** Wall-clock milliseconds since 1970 after which nobody waits for the effect. */
  deadline: z.number().optional(),
  /** Of the sending node: what an earlier incarnation sent is fenced off. */
  incarnation: z.int().min(0),
  /** Per source and topic, without gaps where nothing was lost. */
  sequence: z.int(),
  traceparent: z.string().max(55).optional(),
  data: z.unknown(),
});

export interface Envelope<T = unknown> extends Omit<z.infer<typeof EnvelopeSchema>, "data"> {
  readonly data: T;
}
