// The runs that reached their goals, or missed them.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Domain } from "../contracts/domain.js";
import { NautilusError } from "../contracts/errors.js";
import type { RunView } from "../contracts/views/runs.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { json, NO_QUERY, pageLimit, problems, TAGS } from "./openapi-parts.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";

const DEFAULT_PAGE = 100;
const LONGEST_PAGE = 1000;

const runId = z.string().min(1).max(200).meta({ description: "As the answer of the run gave it." });

const PageQuery = z.strictObject({
  limit: pageLimit("Runs", { usual: DEFAULT_PAGE, most: LONGEST_PAGE }),
  before: runId.optional().describe("Only runs that began before this one: the `next` of an earlier answer."),
});

type RunSummary = Omit<RunView, "result" | "plan">;

export function runRoutes({ node, clock, domain, run }: ApiParts): OpenAPIHono<ApiEnv> {
  const large = { result: true, plan: true, ...largeFields(domain) } as const;
  const RunPage = z.object({
    runs: z.array(named("RunSummary", run.omit(large))),
    next: z.string().nullable().describe("What `before` takes for the next page; null on the last one."),
  });
  return new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/workflows/runs",
        operationId: "runs",
        tags: [TAGS.workflows],
        summary: "Runs of this node, newest first",
        description: `Without what is large, which the single run shows: ${Object.keys(large).join(", ")}. At most ${LONGEST_PAGE} are kept.`,
        request: { query: PageQuery },
        responses: { 200: json(RunPage, "Runs."), ...problems("NOT_FOUND") },
      }),
      (c) => {
        const { limit = DEFAULT_PAGE, before } = c.req.valid("query");
        // One more than asked for tells whether there is another page.
        const found = node.runs({ limit: limit + 1, before });
        const runs = found.slice(0, limit).map((each) => summaryOf(each, large));
        return c.json({ runs, next: found.length > limit ? (runs.at(-1)?.runId ?? null) : null }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/v1/workflows/runs/{runId}",
        operationId: "run",
        tags: [TAGS.workflows],
        summary: "One run, finished or not",
        request: { params: z.object({ runId }), query: NO_QUERY },
        responses: { 200: json(run, "As it stands."), ...problems("INVALID_INPUT", "NOT_FOUND") },
      }),
      (c) => {
        const { runId } = c.req.valid("param");
        const found = node.run(runId);
        if (found === undefined) throw new NautilusError("NOT_FOUND", `no run ${runId} is kept on this node`);
        return jsonAnswer(c, found, clock);
      },
    );
}

/** A run without what is large: a page of whole runs would hold hundreds of plans. */
function summaryOf(run: RunView, large: object): RunSummary {
  return Object.fromEntries(Object.entries(run).filter(([field]) => !(field in large))) as RunSummary;
}

function largeFields({ runFields = [] }: Domain): Readonly<Record<string, true>> {
  return Object.fromEntries(runFields.filter(({ isLarge }) => isLarge).map(({ name }) => [name, true]));
}
