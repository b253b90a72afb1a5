// A workflow as people see it: how it would be reached now, or what it lacks.
import { z } from "zod";

export const WorkflowViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  wants: z.record(z.string(), z.string()).describe("Name in the answer's result → product key."),
  reachable: z.boolean(),
  plan: z
    .array(z.string())
    .describe("Operation ids of the plan that would be taken now, in order; empty where unreachable."),
  missing: z.array(
    z.object({
      product: z.string(),
      neededBy: z.array(z.string()),
      couldGive: z
        .array(z.string())
        .describe(
          "Engines of this build that give it and do not live now; empty when no engine of this build gives it.",
        ),
    }),
  ),
});
export type WorkflowView = z.infer<typeof WorkflowViewSchema>;
