import fc from "fast-check";
import { describe, expect } from "vitest";
import { quboEnergy, selectionQubo } from "../../../../src/quant/optimisation/selection-qubo.js";
import { costOf } from "../../../../src/quant/optimisation/sparse-program.js";
import { property } from "../../../support/property.js";
import { sparseProgram } from "./programs.js";

const withSize = sparseProgram(8).chain((program) =>
  fc.tuple(fc.constant(program), fc.integer({ min: 1, max: program.size })),
);

function statesOf(size: number): Uint8Array[] {
  return Array.from({ length: 2 ** size }, (_, bits) => Uint8Array.from({ length: size }, (_, i) => (bits >> i) & 1));
}

const onesOf = (x: Uint8Array): number => x.reduce((count, bit) => count + bit, 0);

describe("selectionQubo", () => {
  property([withSize])("has the cost of equal weights as its energy where the number is right", ([program, held]) => {
    const qubo = selectionQubo(program, held);
    for (const x of statesOf(program.size).filter((state) => onesOf(state) === held)) {
      const equal = Float64Array.from(x, (bit) => bit / held);
      expect(quboEnergy(qubo, x)).toBeCloseTo(costOf(program, equal), 9);
    }
  });

  property([withSize])("has its minima where exactly that many are held", ([program, held]) => {
    const qubo = selectionQubo(program, held);
    const states = statesOf(program.size);
    const least = Math.min(...states.map((x) => quboEnergy(qubo, x)));
    for (const x of states) {
      if (onesOf(x) !== held) expect(quboEnergy(qubo, x)).toBeGreaterThan(least);
    }
  });
});
