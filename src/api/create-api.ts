// The HTTP API of one node: its resources, and what holds for every request.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { matchedRoutes } from "hono/route";
import { requestId } from "hono/request-id";
import { NautilusError } from "../contracts/errors.js";
import type { NodePort } from "../contracts/node-port.js";
import { actorRoutes } from "./actors.js";
import { alertRoutes } from "./alerts.js";
import type { ApiEnv, ApiOptions, ApiParts } from "./api-env.js";
import { bearerOf } from "./authorization.js";
import { deadLetterRoutes } from "./dead-letters.js";
import { docsRoutes } from "./docs.js";
import { domainRoutes } from "./domain-resources.js";
import { engineRoutes } from "./engines.js";
import { eventRoutes } from "./events.js";
import { goalRoutes } from "./goals.js";
import { healthRoutes } from "./health.js";
import { HttpCounters } from "./http-counters.js";
import { refuseInvalid } from "./invalid-input.js";
import { metricsRoutes } from "./metrics.js";
import { networkRoutes } from "./network.js";
import { partnershipRoutes } from "./partnerships.js";
import { performanceRoutes } from "./performance.js";
import { errorMapper, problemResponse } from "./problem.js";
import { explainRoutes } from "./routes.js";
import { runSchema } from "./run-answer.js";
import { runRoutes } from "./runs.js";
import { systemRoutes } from "./system.js";
import { workflowRoutes } from "./workflows.js";

const RESOURCES = [
  healthRoutes,
  systemRoutes,
  actorRoutes,
  engineRoutes,
  networkRoutes,
  explainRoutes,
  partnershipRoutes,
  performanceRoutes,
  workflowRoutes,
  runRoutes,
  goalRoutes,
  eventRoutes,
  alertRoutes,
  deadLetterRoutes,
  metricsRoutes,
  domainRoutes,
];

/**
 * The API as a Hono app; `app.fetch` needs no server. Every failure is a problem document (RFC 9457).
 *
 * @example
 * const app = createApi(node, { version: "1.0.0", chaos: false, log, clock, ids, domain: {}, workflows: [] });
 * await app.request("/health");
 */
export function createApi(node: NodePort, options: ApiOptions): OpenAPIHono<ApiEnv> {
  const parts: ApiParts = { ...options, node, counters: new HttpCounters(), run: runSchema(options.domain) };
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.onError(errorMapper(options.log));
  app.notFound((c) => problemResponse(new NautilusError("NOT_FOUND", `no path ${c.req.path} here`), c.req.path));
  addMiddleware(app, parts);
  for (const routes of RESOURCES) app.route("/", routes(parts));
  app.route("/", docsRoutes(parts, app));
  return app;
}

function addMiddleware(app: OpenAPIHono<ApiEnv>, { token, ids, counters }: ApiParts): void {
  app.use(requestId({ generator: () => ids.next("request") }), observe(counters), headersOfEveryAnswer());
  if (token !== undefined) app.use(bearerOf(token));
  app.use(
    methodNotAllowed<ApiEnv>({
      app,
      onMethodNotAllowed: (c, methods) => {
        const error = new NautilusError("METHOD_NOT_ALLOWED", `${c.req.path} takes ${methods.join(", ")}`);
        return problemResponse(error, c.req.path, { allow: methods.join(", ") });
      },
    }),
  );
}

/** Counts the request, and names it in the answer. */
function observe(counters: HttpCounters): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
    counters.countRequest(c.req.method, route?.path.replaceAll(/:(\w+)/g, "{$1}"), c.res.status);
    c.res.headers.set("x-request-id", c.var.requestId);
  };
}

/** Nothing of the API is a page to show, to guess the type of, or to keep; what a handler says of its own answer stands. */
function headersOfEveryAnswer(): MiddlewareHandler<ApiEnv> {
  const headers = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}
