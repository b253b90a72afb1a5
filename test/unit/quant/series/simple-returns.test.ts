import { describe, expect, it } from "vitest";
import { simpleReturns } from "../../../../src/quant/series/simple-returns.js";

describe("simpleReturns", () => {
  it("is one shorter than the prices it is given", () => {
    expect(simpleReturns(Float64Array.of(9, 4, 5, 4, 9), 1, 3)).toEqual(Float64Array.of(0.25, 4 / 5 - 1));
    expect(simpleReturns(Float64Array.of(9))).toHaveLength(0);
    expect(simpleReturns(new Float64Array(0))).toHaveLength(0);
  });
});
