// The engines of the network, and the verbs of an operator.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { NautilusError } from "../contracts/errors.js";
import { EngineViewSchema, OPERATOR_VERBS, type EngineView, type OperatorVerb } from "../contracts/views/engines.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { body, json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";
import { jsonBody } from "./request-body.js";
import { named } from "./named-schema.js";

const Engine = named("Engine", EngineViewSchema);
const Engines = z.object({ engines: z.array(Engine) });
const EngineInstances = named(
  "EngineInstances",
  EngineViewSchema.extend({ instances: z.array(z.string()).describe("Ids of all instances of the engine.") }),
);

const engineId = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: "An instance, or an engine: then its busiest instance.", example: "SOME_ENGINE" });

export function engineRoutes({ node, chaos }: ApiParts): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/engines",
        operationId: "engines",
        tags: [TAGS.engines],
        summary: "Every engine that is known, with its identity",
        request: { query: NO_QUERY },
        responses: { 200: json(Engines, "One entry an instance."), ...problems() },
      }),
      (c) => c.json({ engines: [...node.engines()] }, 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/engines/{id}",
        operationId: "engine",
        tags: [TAGS.engines],
        summary: "One engine: what it declares and what was measured of it",
        request: { params: z.object({ id: engineId }), query: NO_QUERY },
        responses: {
          200: json(EngineInstances, "Its identity."),
          ...problems("INVALID_INPUT", "NOT_FOUND"),
        },
      }),
      (c) => {
        const found = findEngine(node.engines(), c.req.valid("param").id);
        return c.json(found, 200);
      },
    );
  for (const verb of OPERATOR_VERBS) {
    routes.openapi(operatorRoute(verb), async (c) => {
      if (verb === "crash" && !chaos) {
        throw new NautilusError("FORBIDDEN", "crash is allowed only on a node that was started with --chaos");
      }
      const engines = await node.operate(verb, c.req.valid("param").id, c.req.valid("query").instances === "all");
      return c.json({ engines: [...engines] }, 200);
    });
  }
  return routes;
}

const VERB_SUMMARIES: Readonly<Record<OperatorVerb, string>> = {
  stop: "Stop an engine: its calls fail over, it stays down",
  start: "Start a stopped or drained engine",
  drain: "Let an engine finish what it has, and take no more",
  restart: "Stop and start an engine: it begins with fresh state",
  crash: "Crash an engine, to see the network cope",
};

function operatorRoute(verb: OperatorVerb) {
  return createRoute({
    method: "post",
    path: `/api/v1/engines/{id}/${verb}`,
    operationId: `${verb}Engine`,
    tags: [TAGS.engines],
    summary: VERB_SUMMARIES[verb],
    ...(verb === "crash" && { description: "Allowed only on a node that was started with `--chaos`." }),
    middleware: [jsonBody] as const,
    request: {
      params: z.object({ id: engineId }),
      query: z.strictObject({
        instances: z.enum(["all"]).optional().describe("Act on all instances of the engine, not on one."),
      }),
      body: body(z.strictObject({}), {}),
    },
    responses: {
      200: json(Engines, "The instances acted on."),
      ...problems(
        "INVALID_INPUT",
        "NOT_FOUND",
        "CONFLICT",
        "PAYLOAD_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "NOT_SERVING",
      ),
    },
  });
}

/** The instance of that id, or the busiest of the engine of that id: the one that an operator's verb would act on. */
function findEngine(engines: readonly EngineView[], id: string): EngineView & { instances: string[] } {
  const meant = engines.filter((engine) => engine.instanceId === id || engine.engineId === id);
  const [found] = meant.sort((a, b) => load(b) - load(a) || (a.instanceId < b.instanceId ? -1 : 1));
  if (found === undefined) throw new NautilusError("NOT_FOUND", `no engine ${id} is known on this node`);
  const instances = engines.filter((engine) => engine.engineId === found.engineId).map((engine) => engine.instanceId);
  return { ...found, instances };
}

function load(engine: EngineView): number {
  return engine.load.active + engine.load.queued;
}
