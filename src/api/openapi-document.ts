// The OpenAPI 3.1 document, generated from the schemas that the routes validate with.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Domain } from "../contracts/domain.js";
import type { ApiEnv, ApiParts } from "./api-env.js";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const DESCRIPTION =
  "Engines that know themselves, discover each other, route work by what they measured, and reach goals " +
  "together. Every failure is a problem document (RFC 9457): programs decide by its `code` and `retryable`. Bodies are " +
  "JSON, at most 1 MiB; unknown fields are refused. NaN and infinities are written as null.";

export function openApiDocument(app: OpenAPIHono<ApiEnv>, { version, token, domain }: ApiParts): OpenApiDocument {
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
  const schemas = withRunMembers(document.components?.schemas ?? {}, domain);
  return inWordsOf(domain, {
    ...document,
    components: { ...document.components, schemas, securitySchemes: { bearer } },
  });
}

/** Where an example names an engine or a product, it is one of the domain's. */
function inWordsOf({ examples = {} }: Domain, document: OpenApiDocument): OpenApiDocument {
  const words = Object.entries(examples);
  const own = (text: string): string => words.reduce((told, [word, ours]) => told.replaceAll(word, ours), text);
  const copy = (key: string, value: unknown): unknown =>
    key === "example" && typeof value === "string" ? own(value) : value;
  return JSON.parse(JSON.stringify(document), copy) as OpenApiDocument;
}

type Schemas = NonNullable<NonNullable<OpenApiDocument["components"]>["schemas"]>;

/** A problem of a failed run holds what the view of the run holds: also what the domain adds to it. */
function withRunMembers(schemas: Schemas, { runFields = [] }: Domain): Schemas {
  const { Run = {}, Problem = {} } = schemas;
  const [ofRun, ofProblem] = [Run, Problem].map((schema) => ("properties" in schema ? schema.properties : {}));
  const added = runFields.map(({ name }) => [name, ofRun?.[name] ?? {}] as const);
  return { ...schemas, Problem: { ...Problem, properties: { ...ofProblem, ...Object.fromEntries(added) } } };
}
