import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentDigest } from "../../../src/kernel/digest.js";
import { privateCopy } from "../../../src/kernel/private-copy.js";
import { property } from "../../support/property.js";

describe("privateCopy", () => {
  property([fc.jsonValue(), fc.float64Array()])("is equal and shares nothing", (json, values) => {
    const value = { json, nested: [{ values }] };
    const copy = privateCopy(value);
    expect(contentDigest(copy)).toBe(contentDigest(value));
    const before = contentDigest(value);
    copy.nested[0]?.values.fill(7);
    copy.nested.length = 0;
    expect(contentDigest(value)).toBe(before);
  });

  it("puts what was shared between threads into memory of its own", () => {
    const shared = new Float64Array(new SharedArrayBuffer(16)).fill(3);
    const { values } = privateCopy({ values: shared.subarray(1) });
    expect(values).toEqual(Float64Array.of(3));
    expect(values.buffer).toBeInstanceOf(ArrayBuffer);
    expect(values.buffer.byteLength).toBe(8);
  });
});
