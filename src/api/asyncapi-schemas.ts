// Schemas of messages for the AsyncAPI document: JSON Schema of draft 7, which is what AsyncAPI 3.0 reads.
import type { z } from "zod";
import { toJsonSchema, type Product } from "../contracts/product.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** `market.bar@1` → `market.bar.v1`: names of components may not hold an @. */
export function componentName({ name, version }: Pick<Product, "name" | "version">): string {
  return `${name}.v${version}`;
}

export function ref(kind: "schemas" | "messages" | "securitySchemes", name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` };
}

export function eventSchema(schema: z.ZodType, description: string): JsonObject {
  return { ...withoutDialect(schema), description };
}

/** As it stands in an event: the bytes of a typed array stand elsewhere. */
export function dataSchema({ schema, description }: Product): JsonObject {
  return { ...(withoutArrays(withoutDialect(schema)) as JsonObject), description };
}

/** The document says which dialect its schemas speak. */
export function withoutDialect(schema: z.ZodType): JsonObject {
  return Object.fromEntries(Object.entries(toJsonSchema(schema, "draft-7")).filter(([name]) => name !== "$schema"));
}

const ARRAY_ELSEWHERE: JsonObject = {
  type: "null",
  description: "Stands for an array of 64-bit floats, whose bytes (little-endian) are beside the event.",
};

function withoutArrays(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutArrays);
  if (typeof schema !== "object" || schema === null) return schema;
  if ((schema as JsonObject)["contentEncoding"] === "float64") return ARRAY_ELSEWHERE;
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, withoutArrays(value)]));
}
