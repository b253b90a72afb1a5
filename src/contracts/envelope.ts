// The envelope of every bus: CloudEvents 1.0 attributes with ours as extensions. Validated once, where it enters a process.
import { z } from "zod";
import { PRIORITIES, PRIORITY_RANK } from "./priority.js";

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

/**
 * Whether the schema takes it, told at a fraction of what parsing costs. False is no answer: then the schema decides. Unlike
 * parsing it leaves in what the schema does not name.
 */
export function isPlainlyEnvelope(value: unknown): value is Envelope {
  if (typeof value !== "object" || value === null) return false;
  const envelope = value as Record<keyof Envelope, unknown>;
  const { specversion, id, source, type, time, priority, incarnation, sequence } = envelope;
  return (
    specversion === "1.0" &&
    isName(id) &&
    isName(source) &&
    isName(type) &&
    typeof time === "string" &&
    PLAIN_TIME.test(time) &&
    typeof priority === "string" &&
    Object.hasOwn(PRIORITY_RANK, priority) &&
    Number.isSafeInteger(incarnation) &&
    (incarnation as number) >= 0 &&
    Number.isSafeInteger(sequence) &&
    hasPlainExtensions(envelope)
  );
}

/** UTC, and a day that every month has. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function hasPlainExtensions(envelope: Record<keyof Envelope, unknown>): boolean {
  const { subject, dataschema, correlationid, causationid, deadline, traceparent } = envelope;
  return (
    isTextUpTo(subject, 128) &&
    dataschema === undefined &&
    isTextUpTo(correlationid, 128) &&
    isTextUpTo(causationid, 128) &&
    (deadline === undefined || Number.isFinite(deadline)) &&
    isTextUpTo(traceparent, 55)
  );
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= 128;
}

function isTextUpTo(value: unknown, length: number): boolean {
  return value === undefined || (typeof value === "string" && value.length <= length);
}
