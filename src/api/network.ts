// Who exchanges what with whom.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { TopologySchema } from "../contracts/views/topology.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { named } from "./named-schema.js";

export function networkRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/network/topology",
      operationId: "networkTopology",
      tags: [TAGS.network],
      summary: "Engines, and the exchanges between them",
      description: "Edges run from engine to engine, because the data does; they come from traffic, never from a plan.",
      request: { query: NO_QUERY },
      responses: { 200: json(named("Topology", TopologySchema), "The network as it is used."), ...problems() },
    }),
    (c) => c.json(node.topology(), 200),
  );
}
