import fc from "fast-check";
import { describe, expect } from "vitest";
import { exchangeSearch } from "../../../../src/quant/optimisation/exchange-search.js";
import { SupportProgram } from "../../../../src/quant/optimisation/support-program.js";
import { property } from "../../../support/property.js";
import { sparseProgram, supportsOf } from "./programs.js";

const drawn = sparseProgram(7).chain((program) =>
  fc.tuple(fc.constant(program), fc.constantFrom(...supportsOf(program))),
);

describe("exchangeSearch", () => {
  property([drawn])("ends where no exchange, drop or addition is better", ([program, start]) => {
    const supports = new SupportProgram(program);
    const end = exchangeSearch(supports, supports.solve(start), { solves: 10_000, candidates: program.size });
    expect(end.cost).toBeLessThanOrEqual(supports.solve(start).cost);
    for (const support of supportsOf(program)) {
      const added = support.filter((i) => !end.support.includes(i)).length;
      const removed = end.support.filter((i) => !support.includes(i)).length;
      // Two supports that come to hold the same assets differ by rounding.
      if (added <= 1 && removed <= 1) expect(supports.solve(support).cost).toBeGreaterThan(end.cost - 1e-12);
    }
  });

  property([drawn, fc.integer({ min: 0, max: 4 })])("stops when its solves are spent", ([program, start], solves) => {
    const supports = new SupportProgram(program);
    const from = supports.solve(start);
    exchangeSearch(supports, from, { solves, candidates: program.size });
    expect(supports.solved).toBeLessThanOrEqual(1 + solves);
  });
});
