// Is the node alive, and can it do what it is for?
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HealthSchema, type Health } from "../contracts/views/health.js";
import { WorkflowViewSchema } from "../contracts/views/workflows.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { named } from "./named-schema.js";

const HealthAnswer = named("Health", HealthSchema);
const Readiness = named(
  "Readiness",
  z.object({ ready: z.boolean(), workflows: z.array(WorkflowViewSchema) }),
  "Which workflows can be planned now, and what the others lack.",
);

const healthExample: Health = { status: "healthy", nodeId: "node-1", reasons: [] };

export function healthRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/health",
        operationId: "health",
        tags: [TAGS.health],
        security: [],
        summary: "Is this node alive?",
        description:
          "200 once its own engines and feed are up, with what cannot be reached now as reasons under `degraded`; " +
          "503 only while starting, or when the node itself cannot work. Needs no token.",
        request: { query: NO_QUERY },
        responses: {
          400: problems()[400],
          200: json(HealthAnswer, "The node serves.", healthExample),
          503: json(HealthAnswer, "Starting, draining or unable to work.", { ...healthExample, status: "starting" }),
        },
      }),
      (c) => {
        const { alive, body } = node.health();
        return c.json(body, alive ? 200 : 503);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/ready",
        operationId: "ready",
        tags: [TAGS.health],
        security: [],
        summary: "Can the workflows be planned now?",
        description:
          "200 when every workflow whose products some engine kind of this build gives can be planned. Needs no token.",
        request: {
          query: z.strictObject({
            workflow: z.string().min(1).max(128).optional().describe("Ask about one workflow only."),
          }),
        },
        responses: {
          200: json(Readiness, "They can."),
          503: json(Readiness, "At least one cannot: `missing` says why."),
          400: problems("INVALID_INPUT")[400],
          404: problems("NOT_FOUND")[404],
        },
      }),
      (c) => {
        const { ready, workflows } = node.ready(c.req.valid("query").workflow);
        return c.json({ ready, workflows: [...workflows] }, ready ? 200 : 503);
      },
    );
}
