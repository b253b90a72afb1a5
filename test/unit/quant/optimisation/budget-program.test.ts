import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import type { Highs } from "highs";
import { beforeAll, describe, expect, it } from "vitest";
import { solveBudgetProgram, type BudgetProgram } from "../../../../src/quant/optimisation/budget-program.js";
import { describeWith } from "../../../support/requirements.js";
import { sharedData, sharedDataPath } from "../../../support/shared-data.js";
import { property } from "../../../support/property.js";
import { semidefinite, vector } from "./programs.js";

const program: fc.Arbitrary<BudgetProgram> = fc.integer({ min: 1, max: 14 }).chain((n) =>
  fc
    .record({
      quadratic: semidefinite(n),
      linear: vector(n),
      lower: fc.array(fc.constantFrom(0, 0.01, 0.05, 0.2), { minLength: n, maxLength: n }),
      room: fc.array(fc.constantFrom(0, 0.1, 0.24, 1), { minLength: n, maxLength: n }),
    })
    .map(({ lower, room, ...rest }) => ({
      ...rest,
      lower: Float64Array.from(lower),
      upper: Float64Array.from(lower, (low, i) => low + room[i]!),
    }))
    .filter(({ lower, upper }) => total(lower) <= 1 && total(upper) >= 1),
);

describe("solveBudgetProgram", () => {
  property([program], { numRuns: 500 })("meets the conditions of Karush, Kuhn and Tucker", (drawn) => {
    const { lower, upper } = drawn;
    const { x, multiplier, optimal } = solveBudgetProgram(drawn);
    expect(optimal).toBe(true);
    expect(Math.abs(total(x) - 1)).toBeLessThan(1e-12);
    gradient(drawn, x).forEach((slope, i) => {
      expect(x[i]).toBeGreaterThanOrEqual(lower[i]!);
      expect(x[i]).toBeLessThanOrEqual(upper[i]!);
      // The multipliers of the two bounds; each non-negative, and zero unless its bound is active.
      const atLower = Math.max(0, slope - multiplier);
      const atUpper = Math.max(0, multiplier - slope);
      expect(atLower * (x[i]! - lower[i]!)).toBeLessThan(1e-8);
      expect(atUpper * (upper[i]! - x[i]!)).toBeLessThan(1e-8);
      if (x[i]! > lower[i]! && x[i]! < upper[i]!) expect(Math.abs(slope - multiplier)).toBeLessThan(1e-8);
    });
  });

  property([program])("gives the same bytes again and leaves its input alone", (drawn) => {
    const before = structuredClone(drawn);
    expect(solveBudgetProgram(drawn)).toEqual(solveBudgetProgram(drawn));
    expect(drawn).toEqual(before);
  });

  property([program])("ends at the same cost wherever it begins", (drawn) => {
    const { lower, upper } = drawn;
    let left = 1 - total(lower);
    const corner = lower.map((low, i) => {
      const taken = Math.min(left, upper[i]! - low);
      left -= taken;
      return low + taken;
    });
    expect(cost(drawn, solveBudgetProgram(drawn, corner).x)).toBeCloseTo(cost(drawn, solveBudgetProgram(drawn).x), 9);
  });

  it("refuses a quadratic term that is not positive semidefinite", () => {
    const indefinite = Float64Array.of(1, 5, 5, 1);
    const bounds = { lower: new Float64Array(2), upper: new Float64Array(2).fill(1) };
    const solve = () => solveBudgetProgram({ quadratic: indefinite, linear: Float64Array.of(0, 0.1), ...bounds });
    expect(solve).toThrow(RangeError);
  });
});

describe("solveBudgetProgram against HiGHS", () => {
  let highs: Highs;
  beforeAll(async () => {
    // Required, not imported: the package's types describe its CommonJS form only.
    const loadHighs = createRequire(import.meta.url)("highs") as () => Promise<Highs>;
    highs = await loadHighs();
  });

  // The same programs every time: on rare ones it is HiGHS whose active-set method goes in circles for ever.
  property([program], { numRuns: 60, seed: 20_200_417 })("finds the same optimum", (drawn) => {
    const solved = highs.solve(toLpFormat(drawn), { output_flag: false, time_limit: 10 });
    expect(solved.Status).toBe("Optimal");
    expect(cost(drawn, solveBudgetProgram(drawn).x)).toBeCloseTo(solved.ObjectiveValue, 6);
  });
});

describeWith(sharedData("us20-close/stock_prices.csv.gz"), "solveBudgetProgram on 20 stocks, 1989 to 2018", () => {
  let mean: Float64Array;
  let covariance: Float64Array;
  beforeAll(() => {
    ({ mean, covariance } = readMoments());
  });

  it("finds the published minimum-volatility portfolio", () => {
    const [expected, volatility] = efficient(new Float64Array(mean.length), 1);
    expect(volatility).toBeCloseTo(0.15915084514118694, 6);
    expect(expected).toBeCloseTo(0.15056821399482578, 4);
  });

  it("finds the published least volatility of a 25 % return", () => {
    let [low, high] = [0.01, 100];
    for (let halving = 0; halving < 60; halving += 1) {
      const middle = Math.sqrt(low * high);
      if (efficient(mean, middle)[0] > 0.25) low = middle;
      else high = middle;
    }
    const [expected, volatility] = efficient(mean, low);
    expect(expected).toBeCloseTo(0.25, 9);
    expect(volatility).toBeCloseTo(0.1872327, 6);
  });

  it("finds the published portfolio of greatest Sharpe ratio", () => {
    // At the tangency point the risk aversion is the excess return over the variance: iterate to that fixed point.
    let [expected, volatility] = efficient(mean, 5);
    for (let round = 0; round < 100; round += 1) {
      [expected, volatility] = efficient(mean, (expected - 0.02) / volatility ** 2);
    }
    expect((expected - 0.02) / volatility).toBeCloseTo(1.2847714127003216, 6);
    expect(expected).toBeCloseTo(0.3047768672819914, 4);
    expect(volatility).toBeCloseTo(0.22165566922402932, 4);
  });

  /** Return and volatility of max c'w − γ/2 · w'Σw over long-only portfolios. */
  function efficient(linear: Float64Array, riskAversion: number): [number, number] {
    const n = mean.length;
    const quadratic = covariance.map((value) => riskAversion * value);
    const bounds = { lower: new Float64Array(n), upper: new Float64Array(n).fill(1) };
    const { x } = solveBudgetProgram({ quadratic, linear, ...bounds });
    const variance = cost({ quadratic: covariance, linear: new Float64Array(n), ...bounds }, x) * 2;
    return [mean.reduce((sum, value, i) => sum + value * x[i]!, 0), Math.sqrt(variance)];
  }
});

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function gradient({ quadratic, linear }: BudgetProgram, x: Float64Array): number[] {
  const n = x.length;
  return Array.from(x, (_, i) => x.reduce((sum, value, j) => sum + quadratic[i * n + j]! * value, -linear[i]!));
}

function cost(drawn: BudgetProgram, x: Float64Array): number {
  const slopes = gradient(drawn, x);
  return x.reduce((sum, value, i) => sum + (value * (slopes[i]! - drawn.linear[i]!)) / 2, 0);
}

function toLpFormat({ quadratic, linear, lower, upper }: BudgetProgram): string {
  const n = linear.length;
  const signed = (value: number): string => `${value < 0 ? "-" : "+"} ${Math.abs(value).toFixed(17)}`;
  const squares: string[] = [];
  for (let i = 0; i < n; i += 1) {
    squares.push(`${signed(quadratic[i * n + i]!)} x${i} ^2`);
    for (let j = i + 1; j < n; j += 1) squares.push(`${signed(2 * quadratic[i * n + j]!)} x${i} * x${j}`);
  }
  return [
    "Minimize",
    ` obj: ${Array.from(linear, (value, i) => `${signed(-value)} x${i}`).join(" ")} + [ ${squares.join(" ")} ] / 2`,
    "Subject To",
    ` budget: ${Array.from(linear, (_, i) => `x${i}`).join(" + ")} = 1`,
    "Bounds",
    ...Array.from(lower, (low, i) => ` ${low} <= x${i} <= ${upper[i]!}`),
    "End",
  ].join("\n");
}

/** Geometric mean per column and pairwise sample covariance of daily returns, both annualised by 252. */
function readMoments(): { mean: Float64Array; covariance: Float64Array } {
  const text = gunzipSync(readFileSync(sharedDataPath("us20-close/stock_prices.csv.gz"))).toString("utf8");
  const rows = text.trim().split("\n").slice(1);
  const prices = rows.map((row) =>
    row
      .split(",")
      .slice(1)
      .map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell))),
  );
  const n = prices[0]!.length;
  const returns = prices.slice(1).map((row, t) => row.map((price, i) => price / prices[t]![i]! - 1));
  const mean = Float64Array.from({ length: n }, (_, i) => {
    const known = returns.map((row) => row[i]!).filter((value) => !Number.isNaN(value));
    return known.reduce((growth, value) => growth * (1 + value), 1) ** (252 / known.length) - 1;
  });
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < n; j += 1) covariance[i * n + j] = 252 * covarianceOf(returns, i, j);
  return { mean, covariance };
}

function covarianceOf(returns: readonly number[][], i: number, j: number): number {
  const pairs = returns.filter((row) => !Number.isNaN(row[i]) && !Number.isNaN(row[j]));
  const meanOf = (k: number): number => pairs.reduce((sum, row) => sum + row[k]!, 0) / pairs.length;
  const [meanI, meanJ] = [meanOf(i), meanOf(j)];
  return pairs.reduce((sum, row) => sum + (row[i]! - meanI) * (row[j]! - meanJ), 0) / (pairs.length - 1);
}
