// One channel that leaves the process, as the status of a node shows it.
import { z } from "zod";
import { CHANNEL_NAMES } from "./channel.js";

export const LinkViewSchema = z.object({
  channel: z.enum(CHANNEL_NAMES),
  connected: z.boolean(),
  reconnects: z.int(),
  unacknowledged: z.int().describe("Messages published here that some reader elsewhere has not taken yet."),
  resent: z.int().describe("Batches sent more than once, as it was not known whether they had arrived."),
  duplicates: z.int().describe("Batches that came more than once; they took effect once."),
  missing: z.int().describe("Batches that never came though later ones of their sender did."),
  malformed: z.int().describe("What came and was no batch."),
  trimmedUnread: z.int().describe("What was given up before a reader had it, as it was too far behind or away."),
  refusal: z
    .string()
    .nullable()
    .describe("What the server said when it refused to keep a message, where that was moments ago."),
});
