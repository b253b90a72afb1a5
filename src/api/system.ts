// The node as a whole.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { FeedStatusSchema } from "../contracts/feed.js";
import { SystemStatusSchema } from "../contracts/views/status.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { named } from "./named-schema.js";

export function systemRoutes({ node, domain }: ApiParts): OpenAPIHono<ApiEnv> {
  const feed = (domain.feedStatus ?? FeedStatusSchema).nullable();
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/system/status",
      operationId: "systemStatus",
      tags: [TAGS.system],
      summary: "State, members, runs, feed and goals of this node",
      request: { query: NO_QUERY },
      responses: {
        200: json(named("SystemStatus", SystemStatusSchema.extend({ feed })), "The present state."),
        ...problems(),
      },
    }),
    (c) => c.json(node.status(), 200),
  );
}
