// Whether the node can work.
import { z } from "zod";

export const HealthSchema = z.object({
  status: z.enum(["starting", "healthy", "degraded", "critical", "draining", "stopped"]),
  nodeId: z.string(),
  reasons: z.array(z.string()).describe("What cannot be done now, and why."),
});
export type Health = z.infer<typeof HealthSchema>;
