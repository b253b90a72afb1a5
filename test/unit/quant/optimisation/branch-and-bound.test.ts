import { describe, expect, it } from "vitest";
import { branchAndBound } from "../../../../src/quant/optimisation/branch-and-bound.js";
import { SupportProgram } from "../../../../src/quant/optimisation/support-program.js";
import { property } from "../../../support/property.js";
import { bruteForce, sparseProgram, supportsOf } from "./programs.js";

const TOLERANCE = 1e-10;

describe("branchAndBound", () => {
  property([sparseProgram(10)], { numRuns: 150 })("proves what trying every support finds", (program) => {
    const supports = new SupportProgram(program);
    const worst = supports.solve(supportsOf(program)[0]!);
    const found = branchAndBound(supports, { incumbent: worst, tolerance: TOLERANCE, nodeLimit: 5000 });
    const { cost } = bruteForce(program);
    expect(found.proven).toBe(true);
    expect(Math.abs(found.best.cost - cost)).toBeLessThanOrEqual(1e-9);
    expect(found.lowerBound).toBe(found.best.cost);
  });

  property([sparseProgram(8)], { numRuns: 300 })("never bounds too high when it is stopped early", (program) => {
    const supports = new SupportProgram(program);
    const incumbent = supports.solve(supportsOf(program)[0]!);
    const stopped = branchAndBound(supports, { incumbent, tolerance: TOLERANCE, nodeLimit: 1 });
    expect(stopped.nodes).toBe(1);
    expect(stopped.lowerBound).toBeLessThanOrEqual(bruteForce(program).cost + 1e-9);
    expect(stopped.best.cost).toBeLessThanOrEqual(incumbent.cost);
  });

  it("solves a node in which the bound itself decided the last asset", () => {
    const risk = [
      [0.119929, -0.163255, 0.006170999999999996],
      [-0.163255, 0.8742500000000002, -0.30490500000000004],
      [0.006170999999999996, -0.30490500000000004, 0.13515300000000002],
    ];
    const quadratic = Float64Array.from(risk.flat());
    const bounds = { minWeight: 0, maxWeight: 0.8, least: 2, most: 2 };
    const program = { size: 3, quadratic, linear: new Float64Array(3).fill(0.1), ...bounds };
    const supports = new SupportProgram(program);
    const incumbent = supports.solve(supportsOf(program)[0]!);
    const stopped = branchAndBound(supports, { incumbent, tolerance: TOLERANCE, nodeLimit: 1 });
    expect(stopped.lowerBound).toBeLessThanOrEqual(bruteForce(program).cost + TOLERANCE);
  });
});
