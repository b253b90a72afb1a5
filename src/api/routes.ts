// Why an instance was chosen, or left out.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { RouteExplanationSchema } from "../contracts/route-record.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";
import { json, pageLimit, problems, TAGS } from "./openapi-parts.js";

const DEFAULT_PAGE = 20;
const LONGEST_PAGE = 200;

const Explanation = named("RouteExplanation", RouteExplanationSchema);

export function explainRoutes({ node, clock }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/routes/explain",
      operationId: "explainRoutes",
      tags: [TAGS.network],
      summary: "Why instances were chosen or left out, and what would have changed it",
      description:
        "Records of the router's choices: a sample of the plain ones, and every one with an exclusion, a retry, a hedge " +
        "or a failure, the last 64 per product. Each holds all that the choice was made from.",
      request: {
        query: z.strictObject({
          product: z.string().min(1).max(128).optional().meta({
            description: "`name` (its newest version) or `name@version`; absent: all products.",
            example: "some.product",
          }),
          limit: pageLimit("Records", { usual: DEFAULT_PAGE, most: LONGEST_PAGE }),
        }),
      },
      responses: { 200: json(Explanation, "Kept records, and what a choice would weigh now."), ...problems() },
    }),
    (c) => {
      const { product, limit = DEFAULT_PAGE } = c.req.valid("query");
      return jsonAnswer(c, node.explainRoutes(product, limit), clock);
    },
  );
}
