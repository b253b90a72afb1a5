// Counters and gauges for a Prometheus server.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { NO_QUERY, problems, TAGS } from "./openapi-parts.js";

const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

export function metricsRoutes({ node, counters }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/metrics",
      operationId: "metrics",
      tags: [TAGS.system],
      summary: "Metrics in the Prometheus text format",
      request: { query: NO_QUERY },
      responses: {
        200: {
          description: "Text exposition format 0.0.4.",
          content: { [TEXT_FORMAT]: { schema: z.string(), example: "nautilus_http_event_clients 0\n" } },
        },
        ...problems(),
      },
    }),
    (c) => c.text(`${node.metrics().trimEnd()}\n${counters.exposition()}`, 200, { "content-type": TEXT_FORMAT }),
  );
}
