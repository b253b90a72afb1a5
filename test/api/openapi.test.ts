import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../../src/contracts/errors.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: object;
    description?: string;
  }[];
  readonly requestBody?: { content: Record<string, { schema: object; examples: Record<string, { value: unknown }> }> };
  readonly responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
  readonly security?: readonly object[];
}

interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string; description: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
  readonly security?: readonly object[];
}

async function document(token?: string): Promise<Document> {
  const { get } = scriptedApi({ token });
  const init = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  return (await (await get("/openapi.json", init)).json()) as Document;
}

function operationsOf({ paths }: Document): { path: string; method: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

const TYPES = ["null", "boolean", "object", "array", "number", "integer", "string"];

/** What is wrong with a JSON Schema of draft 2020-12, as far as these documents use it. */
function schemaFaults(schema: unknown, at: string, names: ReadonlySet<string>): string[] {
  if (typeof schema === "boolean") return [];
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [`${at} is not a schema`];
  const { $ref, type, properties, required, items, additionalProperties, anyOf, allOf, oneOf, ...rest } =
    schema as Record<string, unknown> & { readonly $ref?: string; readonly type?: string | string[] };
  const faults: string[] = [];
  if ($ref !== undefined && !names.has($ref.replace("#/components/schemas/", ""))) {
    faults.push(`${at}: ${$ref} leads nowhere`);
  }
  for (const one of type === undefined ? [] : [type].flat()) {
    if (!TYPES.includes(one)) faults.push(`${at}: no type ${one}`);
  }
  if ("nullable" in rest || typeof rest["exclusiveMinimum"] === "boolean") faults.push(`${at}: speaks OpenAPI 3.0`);
  const members = Object.entries((properties ?? {}) as Record<string, unknown>);
  for (const name of (required ?? []) as string[]) {
    if (!members.some(([member]) => member === name)) faults.push(`${at}: requires ${name}, which it does not have`);
  }
  const inner: [string, unknown][] = [
    ...members,
    ...(items === undefined ? [] : [["[]", items] as [string, unknown]]),
    ...(additionalProperties === undefined ? [] : [["*", additionalProperties] as [string, unknown]]),
    ...[anyOf, allOf, oneOf].flatMap((branches) =>
      ((branches ?? []) as unknown[]).map((branch, index): [string, unknown] => [`|${index}`, branch]),
    ),
  ];
  return [...faults, ...inner.flatMap(([name, member]) => schemaFaults(member, `${at}.${name}`, names))];
}

describe("GET /openapi.json", () => {
  it("is OpenAPI 3.1 of this version", async () => {
    expect(await document()).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Nautilus Awareness", version: "1.2.3" },
    });
  });

  it("describes every route of the app, and nothing else", async () => {
    const { api } = scriptedApi();
    const routes = api.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = operationsOf(await document()).map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual([...new Set(routes)].sort());
  });

  it("has exactly what this build has", async () => {
    expect(Object.keys((await document()).paths).sort()).toEqual([
      "/api/v1/actors",
      "/api/v1/alerts",
      "/api/v1/dead-letters",
      "/api/v1/engines",
      "/api/v1/engines/{id}",
      "/api/v1/engines/{id}/crash",
      "/api/v1/engines/{id}/drain",
      "/api/v1/engines/{id}/restart",
      "/api/v1/engines/{id}/start",
      "/api/v1/engines/{id}/stop",
      "/api/v1/events",
      "/api/v1/goals",
      "/api/v1/network/topology",
      "/api/v1/partnerships",
      "/api/v1/partnerships/recommendations",
      "/api/v1/partnerships/{id}",
      "/api/v1/performance/dashboard",
      "/api/v1/routes/explain",
      "/api/v1/system/status",
      "/api/v1/workflows",
      "/api/v1/workflows/runs",
      "/api/v1/workflows/runs/{runId}",
      "/api/v1/workflows/{name}/execute",
      "/asyncapi.json",
      "/docs",
      "/health",
      "/metrics",
      "/openapi.json",
      "/ready",
    ]);
  });

  it("refuses a query parameter that nobody reads, on every path", async () => {
    const { api } = scriptedApi({ chaos: true });
    for (const { path, method } of operationsOf(await document())) {
      const response = await api.request(`${path.replace(/\{\w+\}/, "x")}?nobody=1`, {
        method: method.toUpperCase(),
        headers: { "content-type": "application/json" },
        ...(method === "post" && { body: "{}" }),
      });
      const problem = await problemOf(response);
      expect(problem, path).toMatchObject({ status: 400, code: "INVALID_INPUT" });
      expect(problem.detail, path).toContain("nobody");
    }
  });

  it("is whole: names are unique, parameters declared, references lead somewhere", async () => {
    const whole = await document();
    const operations = operationsOf(whole);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      expect(operation.summary, path).not.toBe("");
      expect(operation.tags, path).toHaveLength(1);
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(declared.map(({ name }) => name)).toEqual(inPath);
      expect(declared.every(({ required }) => required === true)).toBe(true);
    }
  });

  it("holds only schemas that are schemas", async () => {
    const whole = await document();
    const names = new Set(Object.keys(whole.components.schemas));
    const named = Object.entries(whole.components.schemas);
    const inPlace = operationsOf(whole).flatMap(({ path, operation }): [string, object][] => [
      ...(operation.parameters ?? []).map(({ name, schema }): [string, object] => [`${path}?${name}`, schema]),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }): [string, object] => [path, schema]),
      ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
        Object.values(content).map(({ schema }): [string, object] => [`${path} ${status}`, schema]),
      ),
    ]);
    expect(inPlace.length).toBeGreaterThan(40);
    expect([...named, ...inPlace].flatMap(([at, schema]) => schemaFaults(schema, at, names))).toEqual([]);
  });

  it("says of every answer what it is, and gives an example of every problem", async () => {
    for (const { path, operation } of operationsOf(await document())) {
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, `${path} ${status}`).not.toBe("");
        const problem = content["application/problem+json"] as
          { examples?: Record<string, { value: object }> } | undefined;
        for (const [code, { value }] of Object.entries(problem?.examples ?? {})) {
          const { title } = ERROR_TABLE[code as keyof typeof ERROR_TABLE];
          expect(value).toMatchObject({ code, title, status: Number(status) });
        }
        if (Number(status) >= 400 && path !== "/health" && path !== "/ready") expect(problem?.examples).toBeDefined();
      }
    }
  });

  it("explains the fields of a request", async () => {
    const { schemas } = (await document()).components;
    expect(schemas["ExecuteRequest"]).toMatchObject({
      additionalProperties: false,
      properties: {
        lookbackBars: { type: "integer", minimum: 2, maximum: 20_000, default: 252, description: expect.any(String) },
        asOf: { type: "string", format: "date" },
        constraints: { properties: { maxWeight: { exclusiveMinimum: 0, maximum: 1, default: 0.25 } } },
      },
    });
  });

  it("says what an event of the stream holds", async () => {
    const { schemas } = (await document()).components;
    expect(schemas["Event"]).toMatchObject({ required: ["sequence", "at", "type", "subject", "data"] });
  });

  it("offers examples that the API takes", async () => {
    const { post } = scriptedApi();
    const { operation } =
      operationsOf(await document()).find(({ path }) => path === "/api/v1/workflows/{name}/execute") ?? {};
    const examples = Object.values(operation?.requestBody?.content["application/json"]?.examples ?? {});
    expect(examples.length).toBeGreaterThan(0);
    for (const { value } of examples) {
      expect((await post("/api/v1/workflows/portfolio_optimization/execute", value)).status).toBe(200);
    }
  });

  it("asks for the token where there is one, but for health and readiness", async () => {
    expect((await document()).security).toBeUndefined();
    const guarded = await document("a-token-of-some-length");
    expect(guarded.security).toEqual([{ bearer: [] }]);
    expect(guarded.components.securitySchemes["bearer"]).toMatchObject({ type: "http", scheme: "bearer" });
    expect(guarded.paths["/health"]?.["get"]?.security).toEqual([]);
    expect(guarded.paths["/ready"]?.["get"]?.security).toEqual([]);
  });
});
