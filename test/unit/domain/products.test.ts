import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isProduct, toJsonSchema } from "../../../src/contracts/product.js";
import * as factor from "../../../src/domain/products/factor.js";
import * as market from "../../../src/domain/products/market.js";
import * as portfolio from "../../../src/domain/products/portfolio.js";
import * as prediction from "../../../src/domain/products/prediction.js";
import * as risk from "../../../src/domain/products/risk.js";

const products = [factor, market, portfolio, prediction, risk]
  .flatMap((declarations) => Object.values<unknown>(declarations))
  .filter(isProduct);

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly contentEncoding?: string;
}

describe("the products of trading", () => {
  it("are found, each once", () => {
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
