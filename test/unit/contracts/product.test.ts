import { describe, expect, it } from "vitest";
import { z } from "zod";
import { float64Array, product, toJsonSchema } from "../../../src/contracts/product.js";

const options = { version: 1, channel: "marketData", description: "…", schema: z.number() } as const;

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

describe("toJsonSchema", () => {
  it("shows what a caller may leave out as not required", () => {
    const schema = toJsonSchema(z.object({ a: z.number(), b: z.number().default(1), c: z.number().optional() }));
    expect(schema["required"]).toEqual(["a"]);
    expect(Object.keys(schema["properties"] as object)).toEqual(["a", "b", "c"]);
  });

  it("shows a typed array as an array of numbers", () => {
    expect(toJsonSchema(float64Array())).toMatchObject({ type: "array", items: { type: "number" } });
  });
});
