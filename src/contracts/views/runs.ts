// A run as people see it: its plan, its steps, and what came of it.
import { z } from "zod";

const STEP_STATES = ["pending", "running", "succeeded", "failed", "skipped"] as const;

const StepViewSchema = z.object({
  id: z.string(),
  engineId: z.string(),
  instanceId: z.string().nullable().describe("Null until an instance has taken it."),
  operation: z.string(),
  gives: z.string().describe("Product key."),
  dependsOn: z.array(z.string()).describe("Ids of the steps whose products it needs."),
  status: z.enum(STEP_STATES),
  attempts: z.int().min(0),
  durationMs: z.number().nullable(),
  reusedFrom: z.string().optional().describe("The earlier run whose result was used instead of computing."),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type StepView = z.infer<typeof StepViewSchema>;

const PlanViewSchema = z.object({
  cost: z.object({
    total: z.number(),
    latency: z.number(),
    reliability: z.number(),
    quality: z.number(),
    criticalPathMs: z.number(),
    criticalPath: z.array(z.string()),
  }),
  optimal: z.boolean(),
  lowerBound: z.number(),
  gap: z.number(),
  choices: z.array(
    z.object({
      product: z.string(),
      chosen: z.string(),
      alternatives: z.array(z.object({ operationId: z.string(), extraCost: z.number().nullable() })),
    }),
  ),
  unmeasured: z
    .array(z.string())
    .describe(
      "Operation ids of the plan that were not measured when it was made: the cost, and a critical path through them, " +
        "rests on priors, the same for all such operations.",
    ),
});

/** As every domain has it; what a domain adds is in its `runFields`. */
export const RunViewSchema = z.object({
  runId: z.string(),
  workflow: z.string().nullable().describe("Null for a goal without a name."),
  status: z.enum(["queued", "running", "succeeded", "failed"]),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nullable(),
  plan: PlanViewSchema.nullable(),
  replans: z.int().min(0).describe("How often the rest was planned anew because an engine was lost."),
  steps: z.array(StepViewSchema),
  resultDropped: z.literal(true).optional().describe("The result was too old to be kept in memory."),
  result: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("On success: the wanted products by their name in the workflow, or by product name."),
  error: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});
export type RunView = z.infer<typeof RunViewSchema>;
