// The network as a graph of engine instances.
import { z } from "zod";
import { EngineHealthSchema, HEALTH_LEVELS } from "../identity.js";
import { PARTNERSHIP_STATES } from "../partnership.js";

export const TopologySchema = z.object({
  nodes: z.array(
    z.object({
      id: z.string().describe("Instance id."),
      engineId: z.string(),
      nodeId: z.string(),
      kind: z.literal("engine"),
      name: z.string(),
      status: EngineHealthSchema.shape.lifecycle,
      level: z.enum(HEALTH_LEVELS),
      roles: z.array(z.string()),
    }),
  ),
  edges: z
    .array(
      z.object({
        source: z.string(),
        target: z.string(),
        product: z.string(),
        kind: z.enum(["exchange", "stream"]),
        exchanges: z.int(),
        failures: z.int(),
        latencyMs: z.object({ mean: z.number(), p99: z.number() }).nullable(),
        lastAt: z.iso.datetime().nullable().describe("Null while nothing has flowed."),
        partnership: z
          .enum(PARTNERSHIP_STATES)
          .nullable()
          .describe("State of the agreement between the two about the product; null where there is none."),
      }),
    )
    .describe("From real exchanges and partnerships: data flows from `source` to `target`, both instance ids."),
});
export type Topology = z.infer<typeof TopologySchema>;
