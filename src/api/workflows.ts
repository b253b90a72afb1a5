// The goals that have names.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { WorkflowViewSchema } from "../contracts/views/workflows.js";
import { toJsonSchema } from "../contracts/product.js";
import { executeRequest, workflowNamed, type Workflow } from "../contracts/workflow.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { parseBody } from "./invalid-input.js";
import { body, json, NO_QUERY, problems, TAGS, type RequestBody } from "./openapi-parts.js";
import { jsonBody } from "./request-body.js";
import { RUN_PROBLEMS } from "./run-answer.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";

export function workflowRoutes({ node, clock, run, workflows }: ApiParts): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  const example = workflows[0]?.name;
  const workflowName = z
    .string()
    .min(1)
    .max(128)
    .meta({ description: "Its name.", ...(example !== undefined && { example }) });
  return app
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
          body: executeBody(app, workflows),
        },
        responses: { 200: json(run, "The run, with its result."), ...RUN_PROBLEMS },
      }),
      async (c) => {
        const { name } = c.req.valid("param");
        const { request } = workflowNamed(name, workflows);
        const order = parseBody(request, await c.req.json());
        return jsonAnswer(c, await node.execute(name, order, c.var.clientGone), clock);
      },
    );
}

const DEFAULTS = { summary: "Everything by default", value: {} };

/** By reference: which schema a body is checked with depends on the workflow. One for all that take the same fields. */
function executeBody(app: OpenAPIHono<ApiEnv>, workflows: readonly Workflow[]): RequestBody {
  const asked = workflows.length > 0 ? workflows : [{ name: "any", request: executeRequest(z.strictObject({})) }];
  const forms = new Map(asked.map((each) => [JSON.stringify(toJsonSchema(each.request)), each]));
  const references = [...forms.values()].map(({ name, request }) => {
    const component = forms.size === 1 ? "ExecuteRequest" : `ExecuteRequest.${name}`;
    app.openAPIRegistry.register(component, z.strictObject(request.shape));
    return { $ref: `#/components/schemas/${component}` };
  });
  const [first = {}, ...more] = references;
  const examples = Object.fromEntries(workflows.flatMap((workflow) => Object.entries(workflow.examples)));
  const takesNothing = workflows.some(({ request }) => request.safeParse({}).success);
  const schema = more.length === 0 ? first : { anyOf: references };
  return body(schema, { ...(takesNothing && { defaults: DEFAULTS }), ...examples });
}
