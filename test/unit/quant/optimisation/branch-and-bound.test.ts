import { test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { branchAndBound } from "../../../../src/quant/optimisation/branch-and-bound.js";
import { SupportProgram } from "../../../../src/quant/optimisation/support-program.js";
import { bruteForce, sparseProgram, supportsOf } from "./programs.js";

const TOLERANCE = 1e-10;

describe("branchAndBound", () => {
  test.prop([sparseProgram(10)], { numRuns: 150 })("proves what trying every support finds", (program) => {
    const supports = new SupportProgram(program);
    const worst = supports.solve(supportsOf(program)[0]!);
    const found = branchAndBound(supports, { incumbent: worst, tolerance: TOLERANCE, nodeLimit: 5000 });
    const { cost } = bruteForce(program);
    expect(found.proven).toBe(true);
    expect(Math.abs(found.best.cost - cost)).toBeLessThanOrEqual(1e-9);
    expect(found.lowerBound).toBe(found.best.cost);
  });

  test.prop([sparseProgram(9)])("never bounds too high when it is stopped early", (program) => {
    const supports = new SupportProgram(program);
    const incumbent = supports.solve(supportsOf(program)[0]!);
    const stopped = branchAndBound(supports, { incumbent, tolerance: TOLERANCE, nodeLimit: 1 });
    expect(stopped.nodes).toBe(1);
    expect(stopped.lowerBound).toBeLessThanOrEqual(bruteForce(program).cost + 1e-9);
    expect(stopped.best.cost).toBeLessThanOrEqual(incumbent.cost);
  });
});
