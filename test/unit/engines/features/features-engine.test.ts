import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FeatureMatrix,
  type FactorMatrixValue,
  type FeatureMatrixValue,
} from "../../../../src/domain/products/factor.js";
import { FACTOR_NAMES } from "../../../../src/engines/factor/factor-rows.js";
import { FEATURES, MAX_LAG } from "../../../../src/engines/features/feature-plan.js";
import { featuresEngine } from "../../../../src/engines/features/features-engine.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { operationOf } from "../inline-context.js";
import { datesOf } from "../synthetic-history.js";

type Engineer = (inputs: { factors: FactorMatrixValue }) => Promise<FeatureMatrixValue>;

const engineer: Engineer = operationOf<FeatureMatrixValue>(featuresEngine, "engineer_features");
const WIDTH = FACTOR_NAMES.length;

function factorMatrix(symbols: number, dates: number, seed: number): FactorMatrixValue {
  const random = createRandom(seed);
  const days = datesOf(dates);
  return {
    asOf: days.at(-1)!,
    dates: days,
    symbols: Array.from({ length: symbols }, (_, s) => `S${s}`),
    factors: [...FACTOR_NAMES],
    // Rounded, so that ties occur.
    values: Float64Array.from({ length: dates * symbols * WIDTH }, () => Math.round(4 * random.normal())),
  };
}

/** The first dates of a matrix. */
function until(matrix: FactorMatrixValue, dates: number): FactorMatrixValue {
  return {
    ...matrix,
    asOf: matrix.dates[dates - 1]!,
    dates: matrix.dates.slice(0, dates),
    values: matrix.values.slice(0, dates * matrix.symbols.length * WIDTH),
  };
}

function at({ values, symbols }: FeatureMatrixValue, date: number, feature: string): number[] {
  const column = FEATURES.findIndex(({ name }) => name === feature);
  return symbols.map((_, s) => values[(date * symbols.length + s) * FEATURES.length + column]!);
}

describe("FEATURES", () => {
  it("are 40 to 150 columns, each once, of factors that exist", () => {
    expect(FEATURES.length).toBeGreaterThanOrEqual(40);
    expect(FEATURES.length).toBeLessThanOrEqual(150);
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    expect(FEATURES.filter(({ factor }) => !FACTOR_NAMES.includes(factor))).toEqual([]);
  });
});

describe("featuresEngine", () => {
  it("gives a feature matrix of every date that has the dates of its lags behind it", async () => {
    const factors = factorMatrix(4, 9, 1);
    const matrix = await engineer({ factors });
    expect(FeatureMatrix.schema.parse(matrix)).toEqual(matrix);
    expect(matrix.dates).toEqual(factors.dates.slice(MAX_LAG));
    expect(matrix.values).toHaveLength(4 * 4 * FEATURES.length);
    expect(matrix.values.every(Number.isFinite)).toBe(true);
    expect(matrix.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("ranks each factor across the assets of one date", async () => {
    const factors = factorMatrix(3, MAX_LAG + 1, 2);
    const column = FACTOR_NAMES.indexOf("rsi_14");
    [30, 70, 50].forEach((value, s) => (factors.values[(MAX_LAG * 3 + s) * WIDTH + column] = value));
    expect(at(await engineer({ factors }), 0, "rank.rsi_14")).toEqual([-0.5, 0.5, 0]);
  });

  it("takes a lagged rank from that many dates before", async () => {
    const matrix = await engineer({ factors: factorMatrix(5, 20, 3) });
    for (let date = 5; date < matrix.dates.length; date++) {
      expect(at(matrix, date, "rank.rsi_14.lag_1")).toEqual(at(matrix, date - 1, "rank.rsi_14"));
      expect(at(matrix, date, "rank.rsi_14.lag_5")).toEqual(at(matrix, date - 5, "rank.rsi_14"));
    }
  });

  it("does not change a date's features when later dates change or are cut off", async () => {
    const drawn = fc.record({
      symbols: fc.integer({ min: 2, max: 5 }),
      known: fc.integer({ min: 6, max: 15 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ symbols, known, seed }) => {
        const whole = factorMatrix(symbols, 16, seed);
        const altered = { ...whole, values: whole.values.slice() };
        altered.values.fill(99, known * symbols * WIDTH);
        const length = (known - MAX_LAG) * symbols * FEATURES.length;
        const expected = (await engineer({ factors: until(whole, known) })).values;
        expect(expected).toHaveLength(length);
        for (const factors of [whole, altered]) {
          expect((await engineer({ factors })).values.slice(0, length)).toEqual(expected.slice());
        }
      }),
      { numRuns: 25 },
    );
  });

  it("leaves its input alone and answers the same bytes again", async () => {
    const factors = factorMatrix(4, 12, 4);
    const before = contentDigest(factors);
    const first = contentDigest(await engineer({ factors }));
    expect(contentDigest(await engineer({ factors }))).toBe(first);
    expect(contentDigest(factors)).toBe(before);
  });

  it("refuses a universe of one asset", async () => {
    const factors = { ...factorMatrix(1, 9, 5), symbols: ["SPX"] };
    await expect(engineer({ factors })).rejects.toMatchObject({
      code: "INFEASIBLE",
      message: "cross-sectional features need at least 2 assets, the universe has 1: SPX",
    });
  });

  it("says how many dates it needs and how many there are", async () => {
    await expect(engineer({ factors: factorMatrix(3, 5, 6) })).rejects.toMatchObject({
      code: "NO_HISTORY",
      message: "features need factors of at least 6 dates, the factor matrix has 5 up to 2015-01-05",
    });
  });

  it("names the factors that a matrix lacks", async () => {
    const factors = factorMatrix(3, 9, 7);
    const renamed = factors.factors.map((name) => (name === "rsi_14" || name === "adx_14" ? `${name}_old` : name));
    await expect(engineer({ factors: { ...factors, factors: renamed } })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: "the factor matrix lacks adx_14, rsi_14",
    });
  });
});
