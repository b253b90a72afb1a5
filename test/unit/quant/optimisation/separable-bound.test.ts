import fc from "fast-check";
import { describe, expect } from "vitest";
import { diagonalPart } from "../../../../src/quant/optimisation/diagonal-part.js";
import { SeparableBound } from "../../../../src/quant/optimisation/separable-bound.js";
import { DROPPED, HELD, OPEN, type SparseProgram } from "../../../../src/quant/optimisation/sparse-program.js";
import { SupportProgram } from "../../../../src/quant/optimisation/support-program.js";
import { property } from "../../../support/property.js";
import { bruteForce, sparseProgram, supportsOf } from "./programs.js";

const TOLERANCE = 1e-9;

const subproblem = sparseProgram(7).chain((program) =>
  fc.record({
    program: fc.constant(program),
    point: fc
      .array(fc.integer({ min: 0, max: 100 }), { minLength: program.size, maxLength: program.size })
      .map((parts) => Float64Array.from(parts, (part) => part / 100)),
    decided: fc
      .array(fc.constantFrom(OPEN, OPEN, OPEN, HELD, DROPPED), { minLength: program.size, maxLength: program.size })
      .map((decisions) => Uint8Array.from(decisions)),
  }),
);

describe("SeparableBound", () => {
  property([subproblem], { numRuns: 300 })("lies below every portfolio of its subproblem", (drawn) => {
    const bound = boundOf(drawn.program).maximise(drawn.point, drawn.decided);
    expect(bound).toBeLessThanOrEqual(leastCost(drawn.program, drawn.decided) + TOLERANCE);
  });

  property([subproblem], { numRuns: 300 })("prices one more decision without promising too much", (drawn) => {
    const { program, point, decided } = drawn;
    const bound = boundOf(program);
    if (bound.maximise(point, decided) === Number.POSITIVE_INFINITY) return;
    decided.forEach((decision, i) => {
      if (decision !== OPEN) return;
      expect(bound.ifHeld[i]).toBeLessThanOrEqual(leastCost(program, decided.with(i, HELD)) + TOLERANCE);
      expect(bound.ifDropped[i]).toBeLessThanOrEqual(leastCost(program, decided.with(i, DROPPED)) + TOLERANCE);
    });
  });

  property([sparseProgram(6)])("is as tight as the optimum where everything is decided", (program) => {
    const best = bruteForce(program);
    const decided = best.weights.map((weight) => (weight > 0 ? HELD : DROPPED));
    const bound = boundOf(program).maximise(best.weights, Uint8Array.from(decided));
    if (program.least <= best.support.length) expect(bound).toBeCloseTo(best.cost, 9);
  });
});

function boundOf(program: SparseProgram): SeparableBound {
  const diagonal = diagonalPart(program.quadratic, program.size);
  const remainder = program.quadratic.map((value, at) =>
    at % (program.size + 1) === 0 ? value - diagonal[at / (program.size + 1)]! : value,
  );
  return new SeparableBound(program, diagonal, remainder);
}

/** By trying every support that agrees with the decisions; Infinity when none does. */
function leastCost(program: SparseProgram, decided: Uint8Array): number {
  const supports = new SupportProgram(program);
  const costs = supportsOf(program)
    .filter((support) => decided.every((d, i) => d === OPEN || (d === HELD) === support.includes(i)))
    .map((support) => supports.solve(support).cost);
  return Math.min(...costs);
}
