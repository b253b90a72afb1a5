import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { solveSparseProgram } from "../../../../src/quant/optimisation/solve-sparse-program.js";
import type { SparseProgram } from "../../../../src/quant/optimisation/sparse-program.js";
import { describeWith } from "../../../support/requirements.js";
import { sharedData } from "../../../support/shared-data.js";
import { property } from "../../../support/property.js";
import { percentageError, pointOf, readOrLibrary } from "./or-library.js";
import { bruteForce, sparseProgram } from "./programs.js";

describe("solveSparseProgram", () => {
  property([sparseProgram(9), fc.integer({ min: 0, max: 99 })], { numRuns: 60 })(
    "finds and proves the optimum of small programs",
    (program, seed) => {
      const solution = solveSparseProgram(program, createRandom(seed));
      expect(solution.proven).toBe(true);
      expect(Math.abs(solution.best.cost - bruteForce(program).cost)).toBeLessThanOrEqual(1e-9);
      const [annealed, exchanged, searched] = solution.stages;
      expect(annealed.solution.cost).toBeGreaterThanOrEqual(exchanged.solution.cost);
      expect(exchanged.solution.cost).toBeGreaterThanOrEqual(searched.solution.cost);
      expect(searched.solution).toBe(solution.best);
    },
  );

  property([sparseProgram(8)], { numRuns: 20 })("gives the same again for the same seed", (program) => {
    expect(solveSparseProgram(program, createRandom(1))).toEqual(solveSparseProgram(program, createRandom(1)));
  });

  it("proves a linear program with a least weight that the plain relaxation gets wrong", () => {
    // Nearly equal returns, 0.3 each at most and 0.2 at least: three full and a rest of 0.1 would be better, but is barred.
    const linear = Float64Array.from({ length: 20 }, (_, i) => 0.1 - i * 1e-4);
    const bounds = { minWeight: 0.2, maxWeight: 0.3, least: 4, most: 5 };
    const { best, proven } = solveSparseProgram(
      { size: 20, quadratic: new Float64Array(400), linear, ...bounds },
      createRandom(1),
    );
    expect(proven).toBe(true);
    expect(Array.from(best.weights.subarray(0, 5), (weight) => Number(weight.toFixed(9)))).toEqual([
      0.3, 0.3, 0.2, 0.2, 0,
    ]);
  });

  it("takes any portfolio where all are equally good", () => {
    const linear = new Float64Array(12).fill(0.07);
    const bounds = { minWeight: 0.01, maxWeight: 0.25, least: 4, most: 10 };
    const { best, proven } = solveSparseProgram(
      { size: 12, quadratic: new Float64Array(144), linear, ...bounds },
      createRandom(1),
    );
    expect(proven).toBe(true);
    expect(best.cost).toBeCloseTo(-0.07, 12);
  });

  it("does not credit annealing where it found nothing better than the first assets", () => {
    const bounds = { minWeight: 0.25, maxWeight: 0.25, least: 4, most: 4 };
    const program = { size: 12, quadratic: new Float64Array(144), linear: new Float64Array(12), ...bounds };
    const { best, stages } = solveSparseProgram(program, createRandom(1));
    expect(best.support).toEqual([0, 1, 2, 3]);
    expect(stages.map(({ method }) => method)).toEqual(["first-assets+qp", "exchange", "branch-and-bound"]);
  });
});

describeWith(sharedData("or-library/Hong_Kong_31"), "solveSparseProgram on the Hang Seng instance", () => {
  const POINTS = 50;
  const instance = readOrLibrary("Hong_Kong_31");

  /** Mean percentage error over λ·variance − (1 − λ)·return, which is γ/2 · variance − return with γ = 2λ / (1 − λ). */
  function meanPercentageError(least: number): { error: number; proven: number } {
    let error = 0;
    let proven = 0;
    for (let k = 0; k < POINTS; k += 1) {
      const lambda = k / (POINTS - 1);
      const linear = instance.mean.map((value) => (1 - lambda) * value);
      const quadratic = instance.covariance.map((value) => 2 * lambda * value);
      const bounds = { minWeight: 0.01, maxWeight: 1, least, most: 10 };
      const program: SparseProgram = { size: instance.size, quadratic, linear, ...bounds };
      const solution = solveSparseProgram(program, createRandom(k));
      const [mean, deviation] = pointOf(instance, solution.best.weights);
      error += percentageError(instance, deviation, mean) / POINTS;
      proven += solution.proven ? 1 : 0;
    }
    return { error, proven };
  }

  it("errs less than the published 1.1217 % of tabu search with exactly ten assets, and proves every point", () => {
    const { error, proven } = meanPercentageError(10);
    console.info(`Hang Seng 31, exactly 10 assets: mean percentage error ${error.toFixed(4)}, ${proven} of 50 proven`);
    expect(error).toBeLessThanOrEqual(1.1217);
    expect(proven).toBe(POINTS);
  });

  it("comes within a hundredth of a percent of the unconstrained frontier with at most ten", () => {
    const { error, proven } = meanPercentageError(1);
    console.info(`Hang Seng 31, at most 10 assets: mean percentage error ${error.toFixed(4)}, ${proven} of 50 proven`);
    expect(error).toBeLessThan(0.01);
    expect(proven).toBe(POINTS);
  });
});
