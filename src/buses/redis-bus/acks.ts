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
    }),
  ),
});

export interface Acks {
  readonly view: string;
  readonly acks: readonly Ack[];
}

/** Undefined, and said in the log, for what is none. */
export function readAcks(fields: readonly Buffer[], log: Logger): Acks | undefined {
  const text = fields[1]?.toString("utf8") ?? "";
  try {
    return AcksSchema.parse(JSON.parse(text));
  } catch (thrown) {
    log.warn({ err: thrown }, "an acknowledgement was passed over: it does not fit");
    return undefined;
  }
}
