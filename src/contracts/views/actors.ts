// The actors of a node's control plane as people see them.
import { z } from "zod";

const ActorViewSchema = z.object({
  id: z
    .string()
    .describe("Its name in the system: coordinator, engine:INSTANCE, run:RUN_ID, membership, leadership, …"),
  parent: z.string().nullable().describe("Id of the actor that spawned it; null for the root."),
  machine: z.string().nullable().describe("Id of its chart; null for a promise or a callback."),
  state: z.string().describe("States of the chart, from the outermost, joined by dots."),
  tags: z.array(z.string()),
  since: z.iso.datetime().nullable().describe("When it came into this state; null where that is not kept."),
});
export type ActorView = z.infer<typeof ActorViewSchema>;

export const ActorListSchema = z.object({
  actors: z.array(ActorViewSchema).describe("The root first, each actor before its children."),
  outside: z
    .array(z.object({ machine: z.string(), count: z.int(), states: z.record(z.string(), z.int()) }))
    .describe(
      "Charts that are many and small and stand outside the system: breakers and partnership agreements, by state.",
    ),
});
export type ActorList = z.infer<typeof ActorListSchema>;
