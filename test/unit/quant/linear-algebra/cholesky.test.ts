import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import {
  factorise,
  invertFactorised,
  isSemidefinite,
  solveFactorised,
} from "../../../../src/quant/linear-algebra/cholesky.js";
import { property } from "../../../support/property.js";

const sizeAndSeed = [fc.integer({ min: 1, max: 12 }), fc.nat()] as const;

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

function factorOf(matrix: Float64Array, n: number): Float64Array {
  const factor = Float64Array.from(matrix);
  expect(factorise(factor, n)).toBe(true);
  return factor;
}

function times(matrix: Float64Array, x: Float64Array): number[] {
  const n = x.length;
  return Array.from(x, (_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0));
}

describe("factorise", () => {
  property([...sizeAndSeed])("gives a lower triangle that multiplies back to the matrix", (n, seed) => {
    const matrix = positiveDefinite(n, seed);
    const factor = factorOf(matrix, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += factor[i * n + k]! * factor[j * n + k]!;
        expect(sum).toBeCloseTo(matrix[i * n + j]!, 9);
      }
    }
  });

  it("gives the classic example of a whole-numbered factor, and neither reads nor writes above the diagonal", () => {
    const factor = factorOf(Float64Array.of(4, NaN, 7, 12, 37, NaN, -16, -43, 98), 3);
    expect(factor).toEqual(Float64Array.of(2, NaN, 7, 6, 1, NaN, -8, 5, 3));
  });

  it("finds what is not positive definite", () => {
    expect(factorise(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(factorise(Float64Array.of(0), 1)).toBe(false);
    expect(factorise(Float64Array.of(NaN), 1)).toBe(false);
  });
});

describe("solveFactorised", () => {
  property([...sizeAndSeed, fc.nat({ max: 12 })])("solves the system, leading zeros or none", (n, seed, zeros) => {
    const matrix = positiveDefinite(n, seed);
    const random = createRandom(`right ${seed}`);
    const right = Float64Array.from({ length: n }, (_, i) => (i < zeros ? 0 : random.normal()));
    const x = right.slice();
    solveFactorised(factorOf(matrix, n), n, x);
    times(matrix, x).forEach((value, i) => expect(Math.abs(value - right[i]!)).toBeLessThan(1e-8));
  });
});

describe("invertFactorised", () => {
  property([...sizeAndSeed])("gives the symmetric inverse", (n, seed) => {
    const matrix = positiveDefinite(n, seed);
    const inverse = invertFactorised(factorOf(matrix, n), n);
    for (let j = 0; j < n; j += 1) {
      const column = inverse.filter((_, at) => at % n === j);
      expect(column).toEqual(inverse.slice(j * n, j * n + n));
      times(matrix, column).forEach((value, i) => expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(1e-8));
    }
  });
});

describe("isSemidefinite", () => {
  it("tells zero and positive from negative directions", () => {
    expect(isSemidefinite(Float64Array.of(1, 1, 1, 1), 2, 1e-12)).toBe(true);
    expect(isSemidefinite(new Float64Array(4), 2, 1e-12)).toBe(true);
    expect(isSemidefinite(Float64Array.of(1, 2, 2, 1), 2, 1e-12)).toBe(false);
  });
});
