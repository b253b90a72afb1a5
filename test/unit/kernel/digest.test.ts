import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { contentDigest } from "../../../src/kernel/digest.js";

/** JSON-like, with the numbers and strings that are easily mistaken for each other. */
const content = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -0, NaN, Infinity, "", "0", "n;", "a1:", "s1:a"),
    fc.double(),
    fc.string({ maxLength: 4 }),
    fc.float64Array({ maxLength: 3, noNaN: true }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 2 }), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

function allDiffer(values: readonly unknown[]): void {
  const digests = values.map((value) => contentDigest(value));
  expect(new Set(digests).size).toBe(values.length);
}

describe("contentDigest", () => {
  it("is 128 bits in hex, the same for equal content", () => {
    fc.assert(
      fc.property(content, (value) => {
        expect(contentDigest(value)).toMatch(/^[0-9a-f]{32}$/);
        expect(contentDigest(structuredClone(value))).toBe(contentDigest(value));
      }),
    );
  });

  it("differs for different content, and only then", () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        expect(contentDigest(one) === contentDigest(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on the order of an object's fields, at any depth", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
      const entries = Object.entries(value).map(([name, field]) => [name, reversed(field)] as const);
      return Object.fromEntries(entries.reverse());
    };
    fc.assert(fc.property(content, (value) => contentDigest(reversed(value)) === contentDigest(value)));
    expect(contentDigest({ b: { d: 1, c: 2 }, a: 3 })).toBe(contentDigest({ a: 3, b: { c: 2, d: 1 } }));
  });

  it("depends on the order of an array's items", () => {
    allDiffer([
      [1, 2],
      [2, 1],
    ]);
  });

  it("leaves out fields that are undefined, as the wire does, but not those that are null", () => {
    expect(contentDigest({ a: 1, b: undefined })).toBe(contentDigest({ a: 1 }));
    expect(contentDigest([undefined])).toBe(contentDigest([null]));
    allDiffer([{ a: 1 }, { a: 1, b: null }]);
  });

  it("tells numbers apart by their bits", () => {
    allDiffer([0, -0, NaN, Infinity, -Infinity, 1, 1 + Number.EPSILON, Number.MIN_VALUE, 2 ** 53, 2 ** 53 + 2]);
    allDiffer([Float64Array.of(0), Float64Array.of(-0), Float64Array.of(NaN)]);
  });

  it("tells kinds of values apart", () => {
    allDiffer([null, false, 0, "", [], {}, "null", "false", "0", new Float64Array(0), [[]], [{}], { "": null }]);
  });

  it("tells shapes apart that read the same when run together", () => {
    allDiffer([
      ["a", "b"],
      ["ab"],
      ["a", ["b"]],
      [["a"], "b"],
      [["a", "b"]],
      [[["a"]], "b"],
      ["", "ab"],
      "ab",
      { a: "b" },
      ["a;", "b"],
      ["as1:b"],
    ]);
    allDiffer([{ a: { b: 1 } }, { a: {}, b: 1 }, { ab: 1 }, { a: [{ b: 1 }] }, { "a.b": 1 }]);
    allDiffer([[1, 23], [12, 3], [123]]);
  });

  it("tells all strings apart, unpaired surrogates included", () => {
    allDiffer(["\ud800", "\ud801", "\udc00", "\ufffd", "\u{10000}", "e\u0301", "\u00e9"]);
    allDiffer([{ "\ud800": 1 }, { "\ud801": 1 }, { "\ufffd": 1 }]);
  });

  it("tells typed arrays of the same bytes apart by their type", () => {
    const { buffer } = Float64Array.of(1, 2);
    allDiffer([
      new Float64Array(buffer),
      new Float32Array(buffer),
      new Int32Array(buffer),
      new Uint32Array(buffer),
      new BigInt64Array(buffer),
      new Uint8Array(buffer),
      new Uint8ClampedArray(buffer),
      new DataView(buffer),
      [1, 2],
    ]);
  });

  it("reads a view, not what lies around it", () => {
    const whole = Float64Array.of(9, 1, 2, 9);
    expect(contentDigest(whole.subarray(1, 3))).toBe(contentDigest(Float64Array.of(1, 2)));
    allDiffer([whole, whole.subarray(1), whole.subarray(0, 3), whole.subarray(1, 3), whole.subarray(2, 2)]);
  });

  it("does not mind whether memory is shared", () => {
    const shared = new Float64Array(new SharedArrayBuffer(24));
    shared.set([1, -0, NaN]);
    expect(contentDigest({ values: shared })).toBe(contentDigest({ values: Float64Array.of(1, -0, NaN) }));
  });

  it.each([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a bigint", 1n],
    ["a date", new Date(0)],
    ["a map", new Map([[1, 2]])],
    ["a set", new Set([1])],
    ["a buffer without a view", new ArrayBuffer(8)],
    ["an error", new Error("e")],
  ])("refuses %s, wherever it stands", (_, value) => {
    expect(() => contentDigest(value)).toThrow(TypeError);
    expect(() => contentDigest({ a: [value] })).toThrow("has no content digest");
  });
});
