// Schemas as named components of the OpenAPI document.
import type { z } from "@hono/zod-openapi";

/**
 * A copy of `schema` that stands in the document under `name`. A copy, because only schemas made after the OpenAPI library
 * was loaded know of it, and those of the contracts may be older.
 */
export function named<S extends z.ZodType>(name: string, schema: S, description?: string): S {
  return schema.clone().openapi(name, description === undefined ? {} : { description });
}
