import { test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  factorise,
  invertFactorised,
  isSemidefinite,
  solveFactorised,
} from "../../../../src/quant/optimisation/cholesky.js";
import { semidefinite, vector } from "./programs.js";

const N = 5;

function plusIdentity(matrix: Float64Array): Float64Array {
  return matrix.map((value, at) => (at % (N + 1) === 0 ? value + 1 : value));
}

function times(matrix: Float64Array, x: Float64Array): number[] {
  return Array.from(x, (_, i) => x.reduce((sum, value, j) => sum + matrix[i * N + j]! * value, 0));
}

describe("solveFactorised", () => {
  test.prop([semidefinite(N), vector(N)])("solves the system that was factorised", (matrix, right) => {
    const factor = plusIdentity(matrix);
    expect(factorise(factor, N)).toBe(true);
    const x = Float64Array.from(right);
    solveFactorised(factor, N, x);
    times(plusIdentity(matrix), x).forEach((value, i) => expect(value).toBeCloseTo(right[i]!, 10));
  });
});

describe("invertFactorised", () => {
  test.prop([semidefinite(N)])("gives the symmetric inverse", (matrix) => {
    const factor = plusIdentity(matrix);
    factorise(factor, N);
    const inverse = invertFactorised(factor, N);
    for (let j = 0; j < N; j += 1) {
      const column = inverse.filter((_, at) => at % N === j);
      expect(column).toEqual(inverse.slice(j * N, j * N + N));
      times(plusIdentity(matrix), column).forEach((value, i) => expect(value).toBeCloseTo(i === j ? 1 : 0, 10));
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
