// Messages that could not take effect.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { DeadLetterPageSchema } from "../contracts/views/dead-letters.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { jsonAnswer } from "./json-answer.js";
import { named } from "./named-schema.js";
import { json, pageLimit, problems, TAGS } from "./openapi-parts.js";

const DEFAULT_PAGE = 100;
const LONGEST_PAGE = 1024;

const PageQuery = z.strictObject({
  limit: pageLimit("Dead letters", { usual: DEFAULT_PAGE, most: LONGEST_PAGE }),
  before: z.coerce.number().int().min(1).optional().meta({
    description: "Only those of a smaller sequence: the `next` of an earlier answer.",
    example: 4096,
  }),
  data: z.enum(["true", "false"]).optional().meta({
    description: "`true`: with what the messages carried, as far as it is JSON and not too large.",
    example: "true",
  }),
});

export function deadLetterRoutes({ node, clock }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/dead-letters",
      operationId: "deadLetters",
      tags: [TAGS.network],
      summary: "Messages that could not take effect, newest first",
      description: "Their handlers failed on every delivery. The last 1,024 are kept.",
      request: { query: PageQuery },
      responses: { 200: json(named("DeadLetters", DeadLetterPageSchema), "Dead letters."), ...problems() },
    }),
    (c) => {
      const { limit = DEFAULT_PAGE, before, data } = c.req.valid("query");
      return jsonAnswer(c, node.deadLetters({ limit, before, data: data === "true" }), clock);
    },
  );
}
