// Who has agreed with whom, how it goes, and what would be better.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { NautilusError } from "../contracts/errors.js";
import { isInstanceOf } from "../contracts/identity.js";
import {
  PARTNERSHIP_STATES,
  PartnershipDetailSchema,
  PartnershipListSchema,
  RecommendationSchema,
} from "../contracts/partnership.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { named } from "./named-schema.js";
import { json, NO_QUERY, pageLimit, problems, TAGS } from "./openapi-parts.js";

const LONGEST_PAGE = 1000;
const MOST_RECOMMENDATIONS = 200;

const List = named("PartnershipList", PartnershipListSchema);
const Detail = named("Partnership", PartnershipDetailSchema);
const Recommendations = named(
  "Recommendations",
  z.object({ recommendations: z.array(RecommendationSchema).describe("The greatest gain first.") }),
);

const listRoute = createRoute({
  method: "get",
  path: "/api/v1/partnerships",
  operationId: "listPartnerships",
  tags: [TAGS.network],
  summary: "Agreements between engines, with what was measured of them",
  description:
    "Engines form them by themselves when they discover each other: from schemas first, then preferences, then " +
    "measurements. Those that ended are listed as dissolved for as long as their history is remembered.",
  request: {
    query: z.strictObject({
      engine: z.string().min(1).max(256).optional().meta({
        description: "An engine or an instance, on either side.",
        example: "SOME_ENGINE",
      }),
      state: z.enum(PARTNERSHIP_STATES).optional().meta({ description: "Only those in this state." }),
      limit: pageLimit("Partnerships", { usual: LONGEST_PAGE, most: LONGEST_PAGE }),
    }),
  },
  responses: { 200: json(List, "Sorted by pair; the statistics are over all of them."), ...problems() },
});

const recommendationsRoute = createRoute({
  method: "get",
  path: "/api/v1/partnerships/recommendations",
  operationId: "recommendPartnerships",
  tags: [TAGS.network],
  summary: "Partners that would be better than those there are",
  description: "Only where figures were measured, at least 20 calls of each; each names its gain and its evidence.",
  request: { query: NO_QUERY },
  responses: { 200: json(Recommendations, "May be empty: then nothing measured speaks for a change."), ...problems() },
});

const detailRoute = createRoute({
  method: "get",
  path: "/api/v1/partnerships/{id}",
  operationId: "getPartnership",
  tags: [TAGS.network],
  summary: "One partnership with its history",
  request: {
    params: z.object({
      id: z.string().min(3).max(640).meta({
        description: "Agreement id, or a pair as `CONSUMER>PROVIDER`.",
        example: "SOME_ENGINE.1@node-1>OTHER_ENGINE.1@node-1",
      }),
    }),
    query: NO_QUERY,
  },
  responses: { 200: json(Detail, "With every change of the pair, and its last windows."), ...problems("NOT_FOUND") },
});

export function partnershipRoutes({ node }: ApiParts): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>()
    .openapi(listRoute, (c) => {
      const { engine, state, limit = LONGEST_PAGE } = c.req.valid("query");
      const { statistics, partnerships } = node.partnerships();
      const shown = partnerships
        .filter((each) => state === undefined || each.state === state)
        .filter(
          ({ consumer, provider }) =>
            engine === undefined || [consumer, provider].some((id) => isInstanceOf(engine, id)),
        );
      return c.json({ statistics, partnerships: shown.slice(0, limit) }, 200);
    })
    .openapi(recommendationsRoute, (c) =>
      c.json({ recommendations: node.recommendations().slice(0, MOST_RECOMMENDATIONS) }, 200),
    )
    .openapi(detailRoute, (c) => {
      const { id } = c.req.valid("param");
      const partnership = node.partnership(id);
      if (partnership === undefined) throw new NautilusError("NOT_FOUND", `no partnership ${id} is known here`);
      return c.json(partnership, 200);
    });
}
