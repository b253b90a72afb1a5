// JSON Schema told in rows: one per field, nested fields by their path, as a person would read them.

/** The part of JSON Schema 2020-12 that the generated document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly format?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface SchemaRow {
  /** `constraints.maxWeight`, `steps[].id`, `weights.*`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** JSON; undefined where there is none. */
  readonly fallback: string | undefined;
}

export type Schemas = Readonly<Record<string, JsonSchema>>;

/** Follows references into `schemas`, the components of the document. */
function resolveSchema(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  if (name === undefined) return schema;
  const found = schemas[name];
  if (found === undefined) return {};
  const { description = schema.description } = found;
  return resolveSchema({ ...found, ...(description !== undefined && { description }) }, schemas);
}

/** The fields of an object, or of the objects in an array, in order of declaration, each followed by what is in it. */
export function schemaRows(schema: JsonSchema, schemas: Schemas, prefix = ""): SchemaRow[] {
  const { properties = {}, required = [], items, additionalProperties } = resolveSchema(schema, schemas);
  if (items !== undefined) return schemaRows(items, schemas, `${prefix}[]`);
  const rows = Object.entries(properties).flatMap(([name, property]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const resolved = resolveSchema(property, schemas);
    const row: SchemaRow = {
      path,
      type: typeText(resolved, schemas),
      isRequired: required.includes(name),
      description: resolved.description ?? "",
      fallback: resolved.default === undefined ? undefined : JSON.stringify(resolved.default),
    };
    return [row, ...schemaRows(resolved, schemas, path)];
  });
  const others =
    typeof additionalProperties === "object" ? schemaRows(additionalProperties, schemas, `${prefix}.*`) : [];
  return [...rows, ...others];
}

/** `integer, 2 to 20000`, `"fast" | "balanced"`, `array of string or null`. */
export function typeText(given: JsonSchema, schemas: Schemas): string {
  const schema = resolveSchema(given, schemas);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((branch) => typeText(branch, schemas)).join(" or ");
  const types = (typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["any"])).map((type) => {
    if (type === "array") return `array of ${schema.items === undefined ? "any" : typeText(schema.items, schemas)}`;
    if (type === "object" && typeof schema.additionalProperties === "object") {
      return `object of ${typeText(schema.additionalProperties, schemas)}`;
    }
    return type === "string" && schema.format !== undefined ? schema.format : type;
  });
  const range = rangeText(schema);
  return [types.join(" or "), ...(range === "" ? [] : [range])].join(", ");
}

function rangeText(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  // Not worth a word: what the machine's own integers are bounded by.
  const isBound = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const parts = [
    isBound(exclusiveMinimum) ? `above ${told(exclusiveMinimum)}` : isBound(minimum) ? `from ${told(minimum)}` : "",
    isBound(exclusiveMaximum) ? `below ${told(exclusiveMaximum)}` : isBound(maximum) ? `to ${told(maximum)}` : "",
    countText(schema.minLength, schema.maxLength, "characters"),
    countText(schema.minItems, schema.maxItems, "items"),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function countText(least: number | undefined, most: number | undefined, what: string): string {
  if (most !== undefined) return `${least ?? 0} to ${told(most)} ${what}`;
  return least === undefined ? "" : `at least ${least} ${what}`;
}

function told(value: number): string {
  return value.toLocaleString("en-US");
}
