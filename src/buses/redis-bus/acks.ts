// What readers tell a publisher, as it comes in.
import { z } from "zod";
import type { Logger } from "../../contracts/logger.js";
import type { Ack } from "./sent-batch.js";

const PlacesSchema = z.array(z.int().min(0));

const AcksSchema = z.object({
  view: z.string(),
  acks: z.array(
    z.object({
      topic: z.string(),
      sequence: z.int().min(1),
      taken: z.union([PlacesSchema, z.literal("all")]),
      refused: PlacesSchema,
      heard: z.boolean().optional(),
      done: z.boolean().optional(),
    }),
  ),
});

export interface Acks {
  readonly view: string;
  readonly acks: readonly Ack[];
}

/** Undefined, and said in the log, for what is none. */
export function readAcks(payload: string, log: Logger): Acks | undefined {
  try {
    const read: unknown = JSON.parse(payload);
    return arePlainlyAcks(read) ? read : AcksSchema.parse(read);
  } catch (thrown) {
    log.warn({ err: thrown }, "an acknowledgement was passed over: it does not fit");
    return undefined;
  }
}

/** Whether the schema takes them, told at a fraction of what parsing costs; false is no answer. */
function arePlainlyAcks(value: unknown): value is Acks {
  if (typeof value !== "object" || value === null) return false;
  const { view, acks } = value as Record<keyof Acks, unknown>;
  return typeof view === "string" && Array.isArray(acks) && acks.every(isPlainlyTaken);
}

function isPlainlyTaken(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { topic, sequence, taken, refused, heard, done } = value as Record<keyof Ack, unknown>;
  const isNumbered = Number.isSafeInteger(sequence) && (sequence as number) >= 1;
  const isAll = taken === "all" && Array.isArray(refused) && refused.length === 0;
  return typeof topic === "string" && isNumbered && isAll && isFlag(heard) && isFlag(done);
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === "boolean";
}
