import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import {
  addRow,
  combine,
  difference,
  packedIndex,
  packedLength,
} from "../../../../src/quant/regression/cross-products.js";
import { ridgeCoefficients, squaredError } from "../../../../src/quant/regression/ridge.js";

interface Sample {
  readonly features: number;
  /** Rows [x₁ … x_p, y]. */
  readonly rows: Float64Array[];
}

const sample = fc
  .record({ features: fc.integer({ min: 1, max: 6 }), seed: fc.nat() })
  .map(({ features, seed }): Sample => {
    const random = createRandom(seed);
    const rows = Array.from({ length: 4 * features + 5 }, () => {
      const x = Array.from({ length: features }, (_, f) => 10 ** (f - 2) * random.normal());
      return Float64Array.of(...x, x.reduce((sum, value) => sum + value, 0) + random.normal());
    });
    return { features, rows };
  });
const penalty = fc.constantFrom(1e-6, 0.1, 1, 30, 1000);

function productsOf({ features, rows }: Sample): Float64Array {
  const products = new Float64Array(packedLength(features + 1));
  for (const row of rows) addRow(products, row);
  return products;
}

/** Gauss-Jordan elimination with pivoting on (X'X + c·diag(X'X)) β = X'y, built from the rows one entry at a time. */
function closedForm({ features, rows }: Sample, c: number): number[] {
  const entry = (i: number, j: number): number => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
  const system = Array.from({ length: features }, (_, i) => [
    ...Array.from({ length: features }, (_, j) => entry(i, j) * (i === j ? 1 + c : 1)),
    entry(i, features),
  ]);
  for (let k = 0; k < features; k++) {
    const pivot = system.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    const at = system.indexOf(pivot);
    [system[k], system[at]] = [system[at]!, system[k]!];
    system[k] = system[k]!.map((value) => value / pivot[k]!);
    for (let i = 0; i < features; i++) {
      const factor = system[i]![k]!;
      if (i !== k) system[i] = system[i]!.map((value, j) => value - factor * system[k]![j]!);
    }
  }
  return system.map((row) => row[features]!);
}

describe("ridgeCoefficients", () => {
  it("equals the closed form solved by elimination", () => {
    fc.assert(
      fc.property(sample, penalty, (drawn, c) => {
        const expected = closedForm(drawn, c);
        const actual = ridgeCoefficients(productsOf(drawn), drawn.features, c);
        expected.forEach((value, i) => {
          expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
        });
      }),
    );
  });

  it("approaches the coefficients that made the outcome as the penalty goes and the noise is none", () => {
    const random = createRandom("noiseless");
    const rows = Array.from({ length: 50 }, () => {
      const [a, b] = [random.normal(), random.normal()];
      return Float64Array.of(a, b, 2 * a - 3 * b);
    });
    const [first, second] = ridgeCoefficients(productsOf({ features: 2, rows }), 2, 1e-12);
    expect(first).toBeCloseTo(2, 9);
    expect(second).toBeCloseTo(-3, 9);
  });

  it("predicts the same whatever unit a feature is in", () => {
    fc.assert(
      fc.property(sample, penalty, ({ features, rows }, c) => {
        const scaled = rows.map((row) => row.map((value, f) => (f === 0 ? value * 1000 : value)));
        const plain = ridgeCoefficients(productsOf({ features, rows }), features, c);
        const other = ridgeCoefficients(productsOf({ features, rows: scaled }), features, c);
        expect(other[0]! * 1000).toBeCloseTo(plain[0]!, 6);
      }),
    );
  });

  it("gives a feature that is always zero no weight", () => {
    const rows = [Float64Array.of(1, 0, 2), Float64Array.of(2, 0, 4)];
    const [first, second] = ridgeCoefficients(productsOf({ features: 2, rows }), 2, 1);
    expect(first).toBeCloseTo(1, 12);
    expect(second).toBe(0);
  });

  it("refuses a system without penalty whose features repeat each other", () => {
    const rows = [Float64Array.of(1, 1, 2), Float64Array.of(2, 2, 4)];
    expect(() => ridgeCoefficients(productsOf({ features: 2, rows }), 2, 0)).toThrow("not positive definite");
  });
});

describe("squaredError", () => {
  it("equals the sum of squared residuals over the rows", () => {
    fc.assert(
      fc.property(sample, (drawn) => {
        const coefficients = ridgeCoefficients(productsOf(drawn), drawn.features, 1);
        const direct = drawn.rows.reduce((sum, row) => {
          const predicted = coefficients.reduce((total, value, f) => total + value * row[f]!, 0);
          return sum + (row[drawn.features]! - predicted) ** 2;
        }, 0);
        expect(squaredError(productsOf(drawn), coefficients)).toBeCloseTo(direct, 5);
      }),
    );
  });
});

describe("cross products", () => {
  it("of a stretch of rows are the difference of two prefixes, and sum up with others", () => {
    fc.assert(
      fc.property(sample, ({ features, rows }) => {
        const cut = Math.floor(rows.length / 2);
        const head = productsOf({ features, rows: rows.slice(0, cut) });
        const tail = productsOf({ features, rows: rows.slice(cut) });
        const all = productsOf({ features, rows });
        for (let i = 0; i < all.length; i++) {
          const scale = 1e-10 * (1 + Math.abs(all[i]!));
          expect(Math.abs(difference(all, head)[i]! - tail[i]!)).toBeLessThan(scale);
          expect(Math.abs(combine(head, all, head)[i]! - all[i]!)).toBeLessThan(scale);
        }
      }),
    );
  });

  it("hold the product of columns i and j at their packed index", () => {
    const products = productsOf({ features: 2, rows: [Float64Array.of(2, 3, 5)] });
    expect(products[packedIndex(1, 0)]).toBe(6);
    expect(products[packedIndex(2, 1)]).toBe(15);
    expect(products[packedIndex(2, 2)]).toBe(25);
  });
});
