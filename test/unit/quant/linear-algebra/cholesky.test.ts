import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { choleskyFactor, choleskySolve } from "../../../../src/quant/linear-algebra/cholesky.js";

/** B·B' + εI of a random B. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) matrix[i * n + j]! += b[i * n + k]! * b[j * n + k]!;
    }
    matrix[i * n + i]! += 0.1;
  }
  return matrix;
}

describe("choleskyFactor", () => {
  it("multiplies back to the matrix", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (n, seed) => {
        const matrix = positiveDefinite(n, seed);
        const factor = choleskyFactor(matrix, n)!;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
            expect(sum).toBeCloseTo(matrix[i * n + j]!, 9);
          }
        }
      }),
    );
  });

  it("gives the classic example of a whole-numbered factor", () => {
    const factor = choleskyFactor(Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98), 3);
    expect(factor).toEqual(Float64Array.of(2, 0, 0, 6, 1, 0, -8, 5, 3));
  });

  it("finds what is not positive definite", () => {
    expect(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
    expect(choleskyFactor(Float64Array.of(0), 1)).toBeUndefined();
  });
});

describe("choleskySolve", () => {
  it("solves the system and leaves the right side alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (n, seed) => {
        const matrix = positiveDefinite(n, seed);
        const random = createRandom(`right ${seed}`);
        const right = Float64Array.from({ length: n }, () => random.normal());
        const before = right.slice();
        const x = choleskySolve(choleskyFactor(matrix, n)!, right);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
          expect(Math.abs(sum - right[i]!)).toBeLessThan(1e-8);
        }
        expect(right).toEqual(before);
      }),
    );
  });
});
