import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonChunks } from "../../src/api/json-answer.js";
import { property } from "../support/property.js";

const numbers = fc.float64Array({ maxLength: 20 });

/** Values as engines give them: JSON with typed arrays at any depth. */
const { product } = fc.letrec<{ product: unknown }>((tie) => ({
  product: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue(),
    numbers,
    fc.uint8Array(),
    fc.array(tie("product"), { maxLength: 4 }),
    fc.dictionary(fc.string(), fc.option(tie("product"), { nil: undefined }), { maxKeys: 4 }),
  ),
}));

/** What JSON makes of it once every typed array is an array. */
function expected(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    ArrayBuffer.isView(member) ? Array.from(member as Float64Array) : member,
  );
}

describe("jsonChunks", () => {
  property([product], { numRuns: 1000 })("writes what JSON writes, typed arrays as arrays", (value) => {
    expect([...jsonChunks(value)].join("")).toBe(expected(value));
  });

  it("writes NaN and infinities as null, and empty arrays", () => {
    const value = { a: Float64Array.of(Number.NaN, Infinity, -0, 1.5), b: new Float64Array() };
    expect([...jsonChunks(value)].join("")).toBe('{"a":[null,null,0,1.5],"b":[]}');
  });

  it("writes what is large in pieces of bounded size", () => {
    const values = Float64Array.from({ length: 100_000 }, (_, index) => Math.sin(index));
    const chunks = [...jsonChunks({ before: "x", values, after: [1] })];
    expect(chunks.length).toBeGreaterThan(10);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(65_536 + 4096 * 25);
    expect(chunks.join("")).toBe(expected({ before: "x", values, after: [1] }));
  });
});
