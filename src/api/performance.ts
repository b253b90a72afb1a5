// What is measured, in one view.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { PerformanceSchema } from "../contracts/views/performance.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { named } from "./named-schema.js";

export function performanceRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/performance/dashboard",
      operationId: "performanceDashboard",
      tags: [TAGS.system],
      summary: "Latencies, loads and queues of this node",
      request: { query: NO_QUERY },
      responses: { 200: json(named("Performance", PerformanceSchema), "Measured up to now."), ...problems() },
    }),
    (c) => c.json(node.performance(), 200),
  );
}
