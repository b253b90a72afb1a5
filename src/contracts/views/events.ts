// What happened on the control plane, as people see it.
import { z } from "zod";

/** A control-plane event as shown to people: `engine.faulted`, `run.succeeded`, … */
export const NodeEventSchema = z.object({
  sequence: z.int().describe("Grows by one with every event of the node, from 1."),
  at: z.iso.datetime(),
  type: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type NodeEvent = z.infer<typeof NodeEventSchema>;
