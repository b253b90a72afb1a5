import { describe, expect, it } from "vitest";
import { drawEntropy } from "../../../src/kernel/entropy.js";

describe("drawEntropy", () => {
  it("draws 16 hex digits that do not come twice", () => {
    const drawn = Array.from({ length: 1000 }, () => drawEntropy());
    for (const digits of drawn) expect(digits).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(drawn).size).toBe(1000);
  });
});
