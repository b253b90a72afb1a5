import { describe, expect, it } from "vitest";
import { sharedFloats } from "../../../src/kernel/shared-floats.js";

describe("sharedFloats", () => {
  it("is zeros over memory that threads share", () => {
    const values = sharedFloats(3);
    expect(values).toEqual(Float64Array.of(0, 0, 0));
    expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
