import { describe, expect, it } from "vitest";
import { assert, AssertionError, present } from "../../../src/kernel/assert.js";

describe("assert", () => {
  it("passes what holds", () => {
    for (const truth of [true, 1, "0", [], {}]) expect(() => assert(truth, "unseen")).not.toThrow();
  });

  it("throws an AssertionError with the message for what does not", () => {
    for (const untruth of [false, 0, "", null, undefined, NaN]) {
      expect(() => assert(untruth, "two is even")).toThrow(AssertionError);
      expect(() => assert(untruth, "two is even")).toThrow("two is even");
    }
  });

  it("throws an error that tells itself apart", () => {
    const error = new AssertionError("why");
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("AssertionError");
  });
});

describe("present", () => {
  it("gives back what is there, falsy or not", () => {
    for (const value of [0, "", false, NaN, 7n]) expect(present(value, "it")).toBe(value);
  });

  it("says what is missing", () => {
    for (const missing of [undefined, null]) {
      expect(() => present(missing, "the port")).toThrow(new AssertionError("the port must be present"));
    }
  });
});
