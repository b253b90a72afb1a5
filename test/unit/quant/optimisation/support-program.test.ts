import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf } from "../../../../src/quant/optimisation/sparse-program.js";
import { SupportProgram } from "../../../../src/quant/optimisation/support-program.js";
import { property } from "../../../support/property.js";
import { sparseProgram, supportsOf } from "./programs.js";

describe("SupportProgram", () => {
  const drawn = sparseProgram(6).chain((program) =>
    fc.tuple(fc.constant(program), fc.constantFrom(...supportsOf(program))),
  );

  property([drawn])("holds what was chosen, within bounds, at the cost it says", ([program, support]) => {
    const solution = new SupportProgram(program).solve(support);
    expect(solution.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(solution.cost).toBe(costOf(program, solution.weights));
    solution.weights.forEach((weight, i) => {
      expect(solution.support.includes(i)).toBe(weight > 0);
      if (!support.includes(i)) expect(weight).toBe(0);
      else expect(weight).toBeGreaterThanOrEqual(program.minWeight);
      expect(weight).toBeLessThanOrEqual(program.maxWeight);
    });
  });

  it("solves a support once", () => {
    const quadratic = Float64Array.of(1, 0, 0, 2);
    const bounds = { minWeight: 0, maxWeight: 1, least: 1, most: 2 };
    const supports = new SupportProgram({ size: 2, quadratic, linear: new Float64Array(2), ...bounds });
    expect(supports.solve([0, 1])).toBe(supports.solve([0, 1]));
    expect(supports.solved).toBe(1);
    expect(supports.solve([0, 1]).weights[0]).toBeCloseTo(2 / 3, 12);
  });
});
