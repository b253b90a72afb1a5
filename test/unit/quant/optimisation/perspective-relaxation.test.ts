import { describe, expect, it } from "vitest";
import { diagonalPart } from "../../../../src/quant/optimisation/diagonal-part.js";
import {
  copyState,
  initialState,
  PerspectiveRelaxation,
  type RelaxationState,
} from "../../../../src/quant/optimisation/perspective-relaxation.js";
import { SeparableBound } from "../../../../src/quant/optimisation/separable-bound.js";
import type { SparseProgram } from "../../../../src/quant/optimisation/sparse-program.js";
import { property } from "../../../support/property.js";
import { bruteForce, sparseProgram } from "./programs.js";

function relax(program: SparseProgram, iterations: number): { state: RelaxationState; bound: number } {
  const { size: n, quadratic } = program;
  const diagonal = diagonalPart(quadratic, n);
  const remainder = quadratic.map((value, at) => (at % (n + 1) === 0 ? value - diagonal[at / (n + 1)]! : value));
  const state = initialState(n);
  const decided = new Uint8Array(n);
  new PerspectiveRelaxation(program, diagonal, remainder).iterate(state, decided, iterations);
  return { state, bound: new SeparableBound(program, diagonal, remainder).maximise(state.point, decided) };
}

describe("PerspectiveRelaxation", () => {
  property([sparseProgram(8)])("keeps the budget on one side, the shares and their number on the other", (program) => {
    const { point, sparse, share } = relax(program, 20).state;
    expect(point.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect(share.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(share.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(program.most + 1e-5);
    sparse.forEach((weight, i) => {
      expect(weight).toBeGreaterThanOrEqual(program.minWeight * share[i]! - 1e-12);
      expect(weight).toBeLessThanOrEqual(program.maxWeight * share[i]! + 1e-12);
    });
  });

  it("leads to a bound that closes most of the gap of the plain relaxation", () => {
    // Eight equal assets with nothing in common, two of which may be held: variance 1/2, against 1/8 without the limit.
    const n = 8;
    const quadratic = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
    const program = { size: n, quadratic, linear: new Float64Array(n), minWeight: 0, maxWeight: 1, least: 1, most: 2 };
    expect(bruteForce(program).cost).toBeCloseTo(1 / 4, 9);
    expect(relax(program, 50).bound).toBeGreaterThan(0.9 / 4);
  });

  it("goes on from a copy of its state as from the state itself", () => {
    const { state } = relax({ ...smallProgram(), most: 2 }, 5);
    const copy = copyState(state);
    copy.point[0] = 9;
    expect(state.point[0]).not.toBe(9);
    expect(copyState(state)).toEqual(state);
  });
});

function smallProgram(): SparseProgram {
  const quadratic = Float64Array.of(2, 1, 0, 1, 2, 1, 0, 1, 2);
  return {
    size: 3,
    quadratic,
    linear: Float64Array.of(0.1, 0.2, 0.3),
    minWeight: 0.1,
    maxWeight: 0.8,
    least: 2,
    most: 3,
  };
}
