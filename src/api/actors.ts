// The control plane, actor by actor.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { ActorListSchema } from "../contracts/views/actors.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { named } from "./named-schema.js";

export function actorRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/actors",
      operationId: "actors",
      tags: [TAGS.system],
      summary: "The actors of this node: what is in which state, and since when",
      request: { query: NO_QUERY },
      responses: { 200: json(named("ActorList", ActorListSchema), "The actor system as it is now."), ...problems() },
    }),
    (c) => c.json(node.actors(), 200),
  );
}
