// What is not as it should be.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ALERT_SEVERITIES, ALERT_STATES, AlertListSchema } from "../contracts/views/alerts.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { named } from "./named-schema.js";
import { json, pageLimit, problems, TAGS } from "./openapi-parts.js";

const DEFAULT_PAGE = 100;
const LONGEST_PAGE = 512;

const AlertQuerySchema = z.strictObject({
  state: z
    .enum([...ALERT_STATES, "all"])
    .optional()
    .meta({ description: "`active` unless given; `cleared` are the last ones that no longer hold.", example: "all" }),
  severity: z.enum(ALERT_SEVERITIES).optional().describe("Only those of this severity; absent: all."),
  limit: pageLimit("Alerts", { usual: DEFAULT_PAGE, most: LONGEST_PAGE }),
});

export function alertRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>().openapi(
    createRoute({
      method: "get",
      path: "/api/v1/alerts",
      operationId: "alerts",
      tags: [TAGS.system],
      summary: "What is not as it should be on this node, or was, with what was measured",
      description:
        "The most severe first, cleared ones last. Conditions are looked at once a second; an alert is cleared when its " +
        "condition has been gone for some seconds. Also events: `alert.raised` and `alert.cleared`.",
      request: { query: AlertQuerySchema },
      responses: { 200: json(named("Alerts", AlertListSchema), "Alerts."), ...problems() },
    }),
    (c) => {
      const { state, severity, limit = DEFAULT_PAGE } = c.req.valid("query");
      return c.json(node.alerts({ state, severity, limit }), 200);
    },
  );
}
