// The API described: for programs as OpenAPI, for people as one page that needs nothing but this node.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiEnv, ApiParts } from "./api-env.js";
import { asyncApiDocument } from "./asyncapi-document.js";
import { docsPage, DOCS_SECURITY_POLICY } from "./docs-page.js";
import { openApiDocument, type OpenApiDocument } from "./openapi-document.js";
import { json, NO_QUERY, problems, TAGS } from "./openapi-parts.js";

/** `api` is the app that is described: the one that these routes become part of. */
export function docsRoutes(parts: ApiParts, api: OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  let document: OpenApiDocument | undefined;
  // Made on first use: by then every route is there, and a node that nobody asks pays nothing.
  const described = (): OpenApiDocument => (document ??= openApiDocument(api, parts));
  return new OpenAPIHono<ApiEnv>()
    .openapi(
      createRoute({
        method: "get",
        path: "/openapi.json",
        operationId: "openapi",
        tags: [TAGS.docs],
        summary: "This API as an OpenAPI 3.1 document",
        request: { query: NO_QUERY },
        responses: { 200: json(z.record(z.string(), z.unknown()), "The document."), ...problems() },
      }),
      (c) => c.json(Object.fromEntries<unknown>(Object.entries(described())), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/asyncapi.json",
        operationId: "asyncapi",
        tags: [TAGS.docs],
        summary: "Messages to and from this node as an AsyncAPI 3.0 document",
        description: "What other programs read and write over Redis (`--bridge`), and what flows between engines.",
        request: { query: NO_QUERY },
        responses: { 200: json(z.record(z.string(), z.unknown()), "The document."), ...problems() },
      }),
      (c) => c.json(asyncApiDocument(parts.node.messaging(), parts), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/docs",
        operationId: "docs",
        tags: [TAGS.docs],
        summary: "This page",
        request: { query: NO_QUERY },
        responses: {
          200: { description: "HTML.", content: { "text/html": { schema: z.string() } } },
          ...problems(),
        },
      }),
      (c) => {
        const page = docsPage(described(), new URL(c.req.url).origin);
        return c.html(page, 200, { "content-security-policy": DOCS_SECURITY_POLICY });
      },
    );
}
