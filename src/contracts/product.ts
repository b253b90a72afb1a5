// A product: a named, versioned, typed piece of data on one of the three channels.
import { z } from "zod";
import { CHANNEL_NAMES, type ChannelName } from "./channel.js";

/** What a slow reader of a stream product gets: the latest per subject, or every item until its queue is full. */
export type WhenSlow = "conflate" | "drop";

export interface Product<T = unknown> {
  readonly name: string;
  readonly version: number;
  readonly channel: ChannelName;
  readonly whenSlow: WhenSlow;
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** `name@version`: how plans, registries and topics name it. */
  readonly key: string;
}

export type ProductValue<P> = P extends Product<infer T> ? T : never;

export interface ProductOptions<T> {
  readonly version: number;
  readonly channel: ChannelName;
  readonly description: string;
  readonly schema: z.ZodType<T>;
  readonly whenSlow?: WhenSlow;
}

const PRODUCT_NAME = /^[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*)+$/;

/**
 * Declares a product.
 *
 * @example
 * const Spread = product("market.spread", { version: 1, channel: "marketData", description: "…", schema: z.object({ bps: z.number() }) });
 * @throws RangeError when the name is not dotted lower case, the version not a positive integer, or the schema not a zod schema
 */
export function product<T>(name: string, options: ProductOptions<T>): Product<T> {
  if (!PRODUCT_NAME.test(name))
    throw new RangeError(`product name "${name}" must be dotted lower case, like market.bar`);
  if (!Number.isInteger(options.version) || options.version < 1) {
    throw new RangeError(`product ${name}: version must be a positive integer, not ${options.version}`);
  }
  const { version, channel, description, schema, whenSlow = "conflate" } = options;
  if (!isSchema(schema)) throw new RangeError(`product ${name}: schema must be a zod schema`);
  return { name, version, channel, whenSlow, description, schema, key: `${name}@${version}` };
}

/** By what it does, not by its class: the program may have a zod of its own. */
function isSchema(schema: unknown): schema is z.ZodType {
  if (typeof schema !== "object" || schema === null) return false;
  const { safeParse, _zod } = schema as { readonly safeParse?: unknown; readonly _zod?: unknown };
  return typeof safeParse === "function" && typeof _zod === "object";
}

/** Whether it is what `product` makes. */
export function isProduct(value: unknown): value is Product {
  if (typeof value !== "object" || value === null) return false;
  const { name, version, key, channel, schema } = value as Partial<Record<keyof Product, unknown>>;
  if (typeof name !== "string" || key !== `${name}@${String(version)}`) return false;
  return CHANNEL_NAMES.includes(channel as ChannelName) && isSchema(schema);
}

/** A schema for a Float64Array, optionally of one fixed length; in JSON Schema an array of numbers. */
export function float64Array(length?: number): z.ZodType<Float64Array> {
  const fits = (value: unknown): boolean =>
    value instanceof Float64Array && (length === undefined || value.length === length);
  const message = length === undefined ? "expected a Float64Array" : `expected a Float64Array of length ${length}`;
  return z
    .custom<Float64Array>(fits, { message })
    .meta({ type: "array", items: { type: "number" }, contentEncoding: "float64" });
}

/** JSON Schema of a zod schema, of draft 2020-12 unless an older one is asked for; typed arrays appear as arrays of numbers. */
export function toJsonSchema(
  schema: z.ZodType,
  target: "draft-2020-12" | "draft-7" = "draft-2020-12",
): Record<string, unknown> {
  return z.toJSONSchema(schema, { unrepresentable: "any", io: "input", target });
}
