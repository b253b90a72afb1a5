// Goals without a name: any products that the network can make.
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { goalRequestOf } from "../contracts/domain.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { body, json, NO_QUERY, TAGS } from "./openapi-parts.js";
import { jsonBody } from "./request-body.js";
import { RUN_PROBLEMS } from "./run-answer.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";

export function goalRoutes({ node, clock, domain, run }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "post",
      path: "/api/v1/goals",
      operationId: "pursueGoal",
      tags: [TAGS.workflows],
      summary: "Plan and carry out any products",
      description: "The same as executing a workflow, for products of your choice.",
      middleware: [jsonBody] as const,
      request: {
        query: NO_QUERY,
        body: body(named("GoalRequest", goalRequestOf(domain)), domain.goal?.examples ?? {}),
      },
      responses: { 200: json(run, "The run, with its result by product name."), ...RUN_PROBLEMS },
    }),
    async (c) => jsonAnswer(c, await node.pursue(c.req.valid("json"), c.var.clientGone), clock),
  );
}
