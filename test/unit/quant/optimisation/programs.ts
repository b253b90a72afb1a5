// Programs for the tests of this folder: drawn at random, read from real data, and solved by trying everything.
import fc from "fast-check";
import { heldRange } from "../../../../src/quant/optimisation/feasibility.js";
import type { SparseProgram } from "../../../../src/quant/optimisation/sparse-program.js";
import { SupportProgram, type SupportSolution } from "../../../../src/quant/optimisation/support-program.js";

/** Thousandths in [-1, 1]: numbers as markets have them, without denormals. */
const coefficient = fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 1000);

/** F'F with a random number of rows, so that ranks from 0 (all zero) to full occur, with or without an own diagonal. */
export function semidefinite(n: number): fc.Arbitrary<Float64Array> {
  const rows = fc.array(fc.array(coefficient, { minLength: n, maxLength: n }), { maxLength: n + 2 });
  const own = fc.constantFrom(0, 0.01, 0.3);
  return fc.tuple(rows, own).map(([factors, diagonal]) => {
    const matrix = new Float64Array(n * n);
    for (const factor of factors) {
      for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) matrix[i * n + j]! += factor[i]! * factor[j]!;
    }
    for (let i = 0; i < n; i += 1) matrix[i * n + i]! += diagonal;
    return matrix;
  });
}

export function vector(n: number): fc.Arbitrary<Float64Array> {
  const drawn = fc.array(coefficient, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));
  return fc.oneof(
    { weight: 4, arbitrary: drawn },
    { weight: 1, arbitrary: fc.constant(new Float64Array(n).fill(0.1)) },
  );
}

/** Feasible programs of 2 to `largest` assets. */
export function sparseProgram(largest: number): fc.Arbitrary<SparseProgram> {
  return fc.integer({ min: 2, max: largest }).chain((size) =>
    fc
      .record({
        size: fc.constant(size),
        quadratic: semidefinite(size),
        linear: vector(size),
        minWeight: fc.constantFrom(0, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3),
        maxWeight: fc.constantFrom(0.25, 0.3, 0.35, 0.5, 0.8, 1),
        maxAssets: fc.integer({ min: 1, max: size }),
      })
      .map((drawn) => ({ ...drawn, ...heldRange(drawn, size) }))
      .filter(({ minWeight, maxWeight, least, most }) => minWeight <= maxWeight && least <= most),
  );
}

/** Every set of assets that may be held, ascending. */
export function supportsOf({ size, least, most }: SparseProgram): number[][] {
  const sets: number[][] = [];
  for (let bits = 1; bits < 2 ** size; bits += 1) {
    const support = Array.from({ length: size }, (_, i) => i).filter((i) => (bits >> i) & 1);
    if (support.length >= least && support.length <= most) sets.push(support);
  }
  return sets;
}

/** The optimum by trying every support. */
export function bruteForce(program: SparseProgram): SupportSolution {
  const supports = new SupportProgram(program);
  return supportsOf(program)
    .map((support) => supports.solve(support))
    .reduce((best, solution) => (solution.cost < best.cost ? solution : best));
}
