import { describe, expect, it } from "vitest";
import { dot, symmetricProduct } from "../../../../src/quant/linear-algebra/symmetric-product.js";

describe("symmetricProduct", () => {
  it("applies the matrix, and with dot gives the quadratic form", () => {
    const x = Float64Array.of(1, -2);
    const product = symmetricProduct(Float64Array.of(2, 1, 1, 5), x);
    expect(product).toEqual(Float64Array.of(0, -9));
    expect(dot(x, product)).toBe(18);
  });
});
