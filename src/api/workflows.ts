// The goals that have names.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ExecuteRequestSchema } from "../contracts/requests.js";
import { WorkflowViewSchema } from "../contracts/views/workflows.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { body, json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { jsonBody } from "./request-body.js";
import { EXECUTE_EXAMPLES } from "./run-examples.js";
import { Run, RUN_PROBLEMS } from "./run-answer.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";

const workflowName = z.string().min(1).max(128).meta({ description: "Its name.", example: "portfolio_optimization" });

export function workflowRoutes({ node, clock }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/workflows",
        operationId: "workflows",
        tags: [TAGS.workflows],
        summary: "The named goals, and how each would be reached now",
        request: { query: NO_QUERY },
        responses: {
          200: json(z.object({ workflows: z.array(named("Workflow", WorkflowViewSchema)) }), "All of them."),
          ...problems(),
        },
      }),
      (c) => c.json({ workflows: [...node.workflows()] }, 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/v1/workflows/{name}/execute",
        operationId: "executeWorkflow",
        tags: [TAGS.workflows],
        summary: "Plan and carry out a named goal",
        description:
          "The plan is found anew from what the living engines declare. A run that fails answers with a problem " +
          "document that holds the steps so far; it never succeeds with an empty result.",
        middleware: [jsonBody] as const,
        request: {
          params: z.object({ name: workflowName }),
          query: NO_QUERY,
          body: body(named("ExecuteRequest", ExecuteRequestSchema), EXECUTE_EXAMPLES),
        },
        responses: { 200: json(Run, "The run, with its result."), ...RUN_PROBLEMS },
      }),
      async (c) => {
        const run = await node.execute(c.req.valid("param").name, c.req.valid("json"), c.var.clientGone);
        return jsonAnswer(c, run, clock);
      },
    );
}
