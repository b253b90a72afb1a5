// What the domain has to show beside what every node has.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { jsonAnswer } from "./json-answer.js";
import { json, problems, TAGS } from "./openapi-parts.js";

export function domainRoutes({ node, clock, domain: { resources = [] } }: ApiParts): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  for (const { path, name, summary, query = {}, answer, read } of resources) {
    const route = createRoute({
      method: "get",
      path: `/api/v1/${path}`,
      operationId: name,
      tags: [TAGS.domain],
      summary,
      request: { query: z.strictObject(query) },
      responses: { 200: json(answer, "What was asked for."), ...problems("INVALID_INPUT", "NOT_FOUND") },
    });
    app.openapi(route, async (c) => jsonAnswer(c, await read(c.req.valid("query"), node), clock));
  }
  return app;
}
