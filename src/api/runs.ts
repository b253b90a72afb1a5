// The runs that reached their goals, or missed them.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { NautilusError } from "../contracts/errors.js";
import { RunViewSchema } from "../contracts/node.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, problems, TAGS } from "./openapi-parts.js";
import { Run } from "./run-answer.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";

const runId = z.string().min(1).max(200).meta({ description: "As the answer of the run gave it." });

export function runRoutes({ node, clock }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/workflows/runs",
        operationId: "runs",
        tags: [TAGS.workflows],
        summary: "Runs of this node, newest first",
        description: "Without their results; at most 1,000 are kept.",
        responses: {
          200: json(z.object({ runs: z.array(named("RunSummary", RunViewSchema.omit({ result: true }))) }), "Runs."),
          ...problems(),
        },
      }),
      (c) => {
        const runs = node.runs().map((run) => {
          const summary = { ...run };
          delete summary.result;
          return summary;
        });
        return c.json({ runs }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/workflows/runs/{runId}",
        operationId: "run",
        tags: [TAGS.workflows],
        summary: "One run, finished or not",
        request: { params: z.object({ runId }) },
        responses: { 200: json(Run, "As it stands."), ...problems("INVALID_INPUT", "NOT_FOUND") },
      }),
      (c) => {
        const { runId } = c.req.valid("param");
        const run = node.run(runId);
        if (run === undefined) throw new NautilusError("NOT_FOUND", `no run ${runId} is kept on this node`);
        return jsonAnswer(c, run, clock);
      },
    );
}
