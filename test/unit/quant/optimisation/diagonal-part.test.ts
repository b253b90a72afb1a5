import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSemidefinite } from "../../../../src/quant/linear-algebra/cholesky.js";
import { diagonalPart } from "../../../../src/quant/optimisation/diagonal-part.js";
import { largest } from "../../../../src/quant/optimisation/sparse-program.js";
import { property } from "../../../support/property.js";
import { semidefinite } from "./programs.js";

describe("diagonalPart", () => {
  const sized = fc.integer({ min: 1, max: 8 }).chain((n) => fc.tuple(fc.constant(n), semidefinite(n)));

  property([sized])("takes out nothing negative and leaves the rest semidefinite", ([n, matrix]) => {
    const diagonal = diagonalPart(matrix, n);
    expect(diagonal.every((value) => value >= 0)).toBe(true);
    const rest = matrix.map((value, at) => (at % (n + 1) === 0 ? value - diagonal[at / (n + 1)]! : value));
    expect(isSemidefinite(rest, n, 1e-12 * largest(matrix) || 1e-12)).toBe(true);
  });

  it("takes out nearly all of a diagonal matrix, and nearly all own risk of a one-factor covariance", () => {
    const n = 6;
    const own = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const build = (common: number): Float64Array =>
      Float64Array.from({ length: n * n }, (_, at) => common + (at % (n + 1) === 0 ? own[at / (n + 1)]! : 0));
    for (const common of [0, 0.4]) {
      const taken = diagonalPart(build(common), n).reduce((sum, value) => sum + value, 0);
      expect(taken).toBeGreaterThan(0.95 * 2.1);
    }
  });

  it("takes out nothing of a singular matrix", () => {
    expect(diagonalPart(Float64Array.of(1, 1, 1, 1), 2)).toEqual(new Float64Array(2));
  });
});
