import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "../../../src/kernel/latency-histogram.js";

const LONGEST_MS = 1_000_000;
const MICROSECOND = 0.001;

/** Spread over all magnitudes from a hundredth of a microsecond to the longest. */
const latency = fc.oneof(
  fc.double({ min: -5, max: 6, noNaN: true }).map((exponent) => 10 ** exponent),
  fc.integer({ min: 0, max: 40 }).map((power) => Math.min(2 ** power / 1000, LONGEST_MS)),
  fc.constantFrom(0, 0.001, 0.007, 0.008, 0.009, 1, LONGEST_MS),
);
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.95, 0.99, 1));

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The least value that at least the share `q` of the values do not exceed. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = sorted.findIndex((_, index) => index + 1 >= q * sorted.length);
  return sorted[rank]!;
}

describe("LatencyHistogram", () => {
  it("knows nothing before anything was recorded", () => {
    const histogram = new LatencyHistogram();
    expect(histogram.count).toBe(0);
    expect(histogram.sumMs).toBe(0);
    expect(histogram.quantile(0.5)).toBeUndefined();
    expect(histogram.summary()).toBeNull();
  });

  it("gives quantiles that are never too low, and too high by 12.5 % or a microsecond at most", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), share, (values, q) => {
        const exact = exactQuantile(values, q);
        const quantile = histogramOf(values).quantile(q)!;
        const rounding = 1e-12 * exact;
        expect(quantile).toBeGreaterThanOrEqual(exact - rounding);
        expect(quantile).toBeLessThanOrEqual(Math.max(1.125 * exact, exact + MICROSECOND) + rounding);
      }),
      { numRuns: 500 },
    );
  });

  it("gives quantiles that grow with the share", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), share, share, (values, one, other) => {
        const histogram = histogramOf(values);
        const [low, high] = [histogram.quantile(Math.min(one, other))!, histogram.quantile(Math.max(one, other))!];
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it("keeps count and sum exactly", () => {
    const histogram = histogramOf([1.5, 2.5, 0.25]);
    expect(histogram.count).toBe(3);
    expect(histogram.sumMs).toBe(4.25);
  });

  it("sums up as mean and quantiles", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    const histogram = histogramOf(values);
    expect(histogram.summary()).toEqual({
      mean: 50.5,
      p50: histogram.quantile(0.5),
      p95: histogram.quantile(0.95),
      p99: histogram.quantile(0.99),
    });
  });

  it("halves what it weighs, not what it says", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), share, (values, q) => {
        const histogram = histogramOf(values);
        const [before, quantile] = [histogram.summary(), histogram.quantile(q)];
        histogram.halve();
        expect(histogram.count).toBe(values.length / 2);
        expect(histogram.summary()).toEqual(before);
        expect(histogram.quantile(q)).toBe(quantile);
      }),
    );
  });

  it("lets the new outweigh the old after halving", () => {
    const histogram = histogramOf(new Array<number>(1000).fill(100));
    for (let turn = 0; turn < 12; turn += 1) histogram.halve();
    histogram.record(1);
    expect(histogram.quantile(0.5)).toBeLessThanOrEqual(1.125);
    expect(histogram.quantile(1)).toBeGreaterThanOrEqual(100);
  });

  it("never says more than the greatest value, however unevenly it forgot", () => {
    const rounds = fc.array(fc.tuple(fc.array(latency, { maxLength: 20 }), fc.nat(70)), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rounds, (each) => {
        const histogram = new LatencyHistogram();
        for (const [values, halvings] of each) {
          for (const value of values) histogram.record(value);
          for (let turn = 0; turn < halvings; turn += 1) histogram.halve();
        }
        const greatest = Math.max(0, ...each.flatMap(([values]) => values));
        for (const q of [0, 0.5, 0.99, 1]) {
          const quantile = histogram.quantile(q) ?? 0;
          expect(quantile).toBeLessThanOrEqual(Math.max(1.125 * greatest, greatest + MICROSECOND) * (1 + 1e-12));
        }
      }),
    );
  });

  it("forgets in the end, without ever telling what was not recorded", () => {
    const values = Array.from({ length: 1000 }, (_, index) => 1 + index / 100);
    const histogram = histogramOf(values);
    const median = histogram.quantile(0.5);
    let halvings = 0;
    while (histogram.count > 0 && halvings < 2000) {
      expect(histogram.quantile(0.5)).toBe(median);
      histogram.halve();
      halvings += 1;
    }
    expect(histogram.summary()).toBeNull();
    expect(histogram.sumMs).toBe(0);
    expect(halvings).toBeGreaterThan(500);
    histogram.record(2);
    expect(histogram.summary()).toMatchObject({ mean: 2 });
    expect(histogram.quantile(1)).toBeLessThanOrEqual(2.25);
  });

  it("counts what is no duration as none, and what is too long as the longest", () => {
    for (const none of [NaN, -Infinity, -1e-9, -3, -3e6, -1e300]) {
      const histogram = histogramOf([none, 8]);
      expect(histogram.count).toBe(2);
      expect(histogram.sumMs).toBe(8);
      expect(histogram.quantile(0.5)).toBe(MICROSECOND);
      expect(histogram.quantile(1)).toBeLessThanOrEqual(9);
    }
    for (const endless of [LONGEST_MS + 1, 2 ** 31, 1e300, Infinity]) {
      const histogram = histogramOf([endless, 8]);
      expect(histogram.sumMs).toBe(LONGEST_MS + 8);
      expect(histogram.quantile(0.5)).toBeLessThanOrEqual(9);
      expect(histogram.quantile(1)).toBeGreaterThanOrEqual(LONGEST_MS);
      expect(histogram.quantile(1)).toBeLessThanOrEqual(1.125 * LONGEST_MS);
    }
  });
});
