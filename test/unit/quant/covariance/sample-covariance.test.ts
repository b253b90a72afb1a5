import { describe, expect, it } from "vitest";
import { sampleCovariance } from "../../../../src/quant/covariance/sample-covariance.js";
import { simpleReturns } from "../../../../src/quant/series/simple-returns.js";
import { describeWith } from "../../../support/requirements.js";
import { sharedData, sharedDataPath } from "../../../support/shared-data.js";
import { readColumns } from "../csv-columns.js";

describe("sampleCovariance", () => {
  it("equals the figures that PyPortfolioOpt's tests give for three short price series", () => {
    const prices = [
      Float64Array.of(4, 4.2, 3.9, 4.3, 4.1),
      Float64Array.of(2, 2.1, 2, 2.1, 2.2),
      Float64Array.of(0.6, 0.59, 0.58, 0.62, 0.63),
    ];
    const expected = [
      0.006661687937656102, 0.00264970955585574, 0.0020849735375206195, 0.00264970955585574, 0.0023450491307634215,
      0.00096770864287974, 0.0020849735375206195, 0.00096770864287974, 0.0016396416271856837,
    ];
    const actual = sampleCovariance(prices.map((close) => simpleReturns(close)));
    expected.forEach((value, i) => {
      expect(actual[i]).toBeCloseTo(value, 15);
    });
  });

  it("has exact zeros for a series that does not vary", () => {
    expect(sampleCovariance([Float64Array.of(0, 2, 4), new Float64Array(3).fill(0.1)])).toEqual(
      Float64Array.of(4, 0, 0, 0),
    );
  });
});

const PRICES = "us20-close/stock_prices.csv.gz";

/** Returns of every stock; NaN before its listing. */
function returnsOf(columns: Record<string, Float64Array>): Float64Array[] {
  return Object.values(columns)
    .slice(1)
    .map((close) => simpleReturns(close));
}

/** Of two series over the dates on which both have returns. */
function pairwise(x: Float64Array, y: Float64Array): number {
  const both = Array.from(x.keys()).filter((t) => !Number.isNaN(x[t]! + y[t]!));
  return sampleCovariance([x, y].map((series) => Float64Array.from(both, (t) => series[t]!)))[1]!;
}

/** Long-only weights of least variance, by exchanging weight between two assets until nothing improves. */
function leastVariance(covariance: readonly (readonly number[])[]): number[] {
  const n = covariance.length;
  const weights = new Array<number>(n).fill(1 / n);
  const marginal = (i: number): number => weights.reduce((sum, weight, j) => sum + covariance[i]![j]! * weight, 0);
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const curvature = covariance[i]![i]! + covariance[j]![j]! - 2 * covariance[i]![j]!;
        const ideal = (marginal(j) - marginal(i)) / curvature;
        const moved = Math.max(-weights[i]!, Math.min(weights[j]!, ideal));
        weights[i]! += moved;
        weights[j]! -= moved;
      }
    }
  }
  return weights;
}

describeWith(sharedData(PRICES), "sampleCovariance of twenty stocks", () => {
  it("gives the published volatility of the minimum volatility portfolio", () => {
    const returns = returnsOf(readColumns(sharedDataPath(PRICES)));
    expect(returns).toHaveLength(20);
    const covariance = returns.map((x) => returns.map((y) => 252 * pairwise(x, y)));
    const weights = leastVariance(covariance);
    let variance = 0;
    weights.forEach((a, i) => weights.forEach((b, j) => (variance += a * b * covariance[i]![j]!)));
    // Published by an interior-point solver, to its own tolerance.
    expect(Math.sqrt(variance)).toBeCloseTo(0.15915084514118694, 6);
  });
});
