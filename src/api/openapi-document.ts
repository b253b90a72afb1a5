// The OpenAPI 3.1 document, generated from the schemas that the routes validate with.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv, ApiParts } from "./api-env.js";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const DESCRIPTION =
  "Trading engines that know themselves, discover each other, route work by what they measured, and reach goals " +
  "together. Every failure is a problem document (RFC 9457): programs decide by its `code` and `retryable`. Bodies are " +
  "JSON, at most 1 MiB; unknown fields are refused. NaN and infinities are written as null.";

export function openApiDocument(app: OpenAPIHono<ApiEnv>, { version, token }: ApiParts): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Nautilus Awareness",
      version,
      description: DESCRIPTION,
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }],
    ...(token !== undefined && { security: [{ bearer: [] }] }),
  });
  const bearer = { type: "http", scheme: "bearer", description: "Where the node was started with `--token`." } as const;
  return { ...document, components: { ...document.components, securitySchemes: { bearer } } };
}
