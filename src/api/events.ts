// What happens on the node, as it happens.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { NautilusError } from "../contracts/errors.js";
import { NodeEventSchema } from "../contracts/views/events.js";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { eventFeed } from "./event-feed.js";
import { problems, TAGS } from "./openapi-parts.js";

const MAX_CLIENTS = 64;

const sequence = z.string().regex(/^\d{1,15}$/, "must be the sequence of an event, like 42");

export function eventRoutes({ node, clock, counters }: ApiParts): OpenAPIHono<ApiEnv> {
  const routes = new OpenAPIHono<ApiEnv>();
  // A stream has no schema of its own in OpenAPI 3.1: what its messages hold stands beside it.
  routes.openAPIRegistry.register("Event", NodeEventSchema.clone());
  return routes.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/events",
      operationId: "events",
      tags: [TAGS.events],
      summary: "Events of the node, as server-sent events",
      description:
        "Each message is one `Event` as JSON, its id the event's `sequence`. A client that reconnects with " +
        "`Last-Event-ID` gets what it missed, as far as the node keeps it (the last 1,000). Where events are missing, " +
        "an `event: gap` message says how many and why: `slow` (the client did not keep up), `expired` (no longer " +
        `kept), \`restarted\` (the node began to count anew). At most ${MAX_CLIENTS} clients at once.`,
      request: {
        query: z.strictObject({
          after: sequence.optional().meta({
            description: "Begin after this event; 0 for all that are kept. Absent: only new events.",
            example: "0",
          }),
        }),
        headers: z.object({
          "last-event-id": sequence.optional().describe("As browsers send it when they reconnect; wins over `after`."),
        }),
      },
      responses: {
        200: {
          description: "A stream that stays open.",
          content: {
            "text/event-stream": {
              schema: z.string(),
              example: 'id: 7\ndata: {"sequence":7,"type":"engine.started","subject":"SOME_ENGINE.1@node-1",…}\n\n',
            },
          },
        },
        ...problems("INVALID_INPUT", "OVERLOADED"),
      },
    }),
    (c) => {
      if (counters.eventClients >= MAX_CLIENTS) {
        throw new NautilusError("OVERLOADED", `${MAX_CLIENTS} clients read the event stream already`);
      }
      const last = c.req.valid("header")["last-event-id"] ?? c.req.valid("query").after;
      const after = last === undefined ? undefined : Number(last);
      // The answer to HEAD has no body that anybody would read to its end.
      const { method, raw } = c.req;
      const feed = method === "HEAD" ? "" : eventFeed({ node, clock, counters, after, signal: raw.signal });
      return c.body(feed, 200, { "content-type": "text/event-stream" });
    },
  );
}
