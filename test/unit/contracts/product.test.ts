import { describe, expect, it } from "vitest";
import { z } from "zod";
import { float64Array, product, toJsonSchema, type Product } from "../../../src/contracts/product.js";
import * as declarations from "../../../src/contracts/products.js";

const options = { version: 1, channel: "marketData", description: "…", schema: z.number() } as const;

function isProduct(value: unknown): value is Product {
  return typeof value === "object" && value !== null && "key" in value && "channel" in value;
}

const products: Product[] = Object.values<unknown>(declarations).filter(isProduct);

describe("product", () => {
  it("names itself by name and version, and conflates unless told otherwise", () => {
    const spread = product("market.spread", { ...options, version: 3 });
    expect(spread).toEqual({
      ...options,
      name: "market.spread",
      version: 3,
      key: "market.spread@3",
      whenSlow: "conflate",
    });
    expect(product("market.trade", { ...options, whenSlow: "drop" }).whenSlow).toBe("drop");
  });

  it.each(["market.bar", "a.b", "market2.bar_1h", "a.b.c"])("takes the name %s", (name) => {
    expect(product(name, options).key).toBe(`${name}@1`);
  });

  it.each([
    "",
    "market",
    "Market.bar",
    "market.",
    ".bar",
    "market..bar",
    "market.1bar",
    "market bar",
    "a.b@1",
    "a.b\n",
  ])("refuses the name %j", (name) => {
    expect(() => product(name, options)).toThrow(RangeError);
    expect(() => product(name, options)).toThrow(`product name "${name}" must be dotted lower case`);
  });

  it.each([0, -1, 1.5, NaN, Infinity])("refuses the version %d", (version) => {
    expect(() => product("market.bar", { ...options, version })).toThrow(RangeError);
    expect(() => product("market.bar", { ...options, version })).toThrow("version must be a positive integer");
  });
});

describe("product, of a schema that is none", () => {
  it.each([undefined, null, {}, "z.number()", { safeParse: () => undefined }, z])("refuses %#", (schema) => {
    const declare = (): unknown => product("market.bar", { ...options, schema: schema as never });
    expect(declare).toThrow(new RangeError("product market.bar: schema must be a zod schema"));
  });
});

describe("float64Array", () => {
  it("takes a Float64Array of the length asked for, and gives back the same one", () => {
    const array = Float64Array.of(1, NaN);
    expect(float64Array().parse(array)).toBe(array);
    expect(float64Array(2).parse(array)).toBe(array);
    expect(float64Array().safeParse(new Float64Array(0)).success).toBe(true);
  });

  it("refuses everything else and says what it wants", () => {
    for (const other of [[1, 2], new Float32Array(2), null, "array", { length: 2 }]) {
      expect(float64Array().safeParse(other).error?.issues[0]?.message).toBe("expected a Float64Array");
    }
    const wrong = float64Array(3).safeParse(Float64Array.of(1, 2));
    expect(wrong.error?.issues[0]?.message).toBe("expected a Float64Array of length 3");
  });
});

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly contentEncoding?: string;
}

describe("toJsonSchema", () => {
  it("shows what a caller may leave out as not required", () => {
    const schema = toJsonSchema(z.object({ a: z.number(), b: z.number().default(1), c: z.number().optional() }));
    expect(schema["required"]).toEqual(["a"]);
    expect(Object.keys(schema["properties"] as object)).toEqual(["a", "b", "c"]);
  });

  it("shows a typed array as an array of numbers", () => {
    expect(toJsonSchema(float64Array())).toMatchObject({ type: "array", items: { type: "number" } });
  });

  it("finds the products of this build", () => {
    expect(products.length).toBeGreaterThanOrEqual(10);
    expect(new Set(products.map(({ key }) => key)).size).toBe(products.length);
  });

  it.each(products.map((each) => [each.key, each] as const))("writes %s as plain JSON with every field", (_, each) => {
    const schema = toJsonSchema(each.schema) as SchemaNode & Record<string, unknown>;
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.type).toBe("object");
    const { shape } = each.schema as unknown as z.ZodObject<Record<string, z.ZodType>>;
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(shape));
    for (const [name, field] of Object.entries(shape)) {
      const written = schema.properties?.[name];
      expect(Object.keys(written ?? {})).not.toEqual([]);
      expect(schema.required?.includes(name) ?? false).toBe(!field.safeParse(undefined).success);
      // An object without required fields would take a typed array too.
      if (field instanceof z.ZodObject || !field.safeParse(new Float64Array(0)).success) continue;
      expect(written).toMatchObject({ type: "array", items: { type: "number" }, contentEncoding: "float64" });
    }
  });
});
