import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barFault } from "../../../src/domain/bar-fault.js";
import type { RawBar } from "../../../src/domain/market-feed.js";
import { createShares, GarchShocks, type MarketMove } from "../../../src/feeds/one-factor-garch.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { property } from "../../support/property.js";

const DAYS = 5000;

function market(days: number): MarketMove[] {
  const random = createRandom("market");
  return Array.from({ length: days }, () => ({
    overnight: 0.004 * random.normal(),
    intraday: 0.009 * random.normal(),
    intradayVariance: 0.009 ** 2,
  }));
}

function play(count: number, moves: readonly MarketMove[], seed = 1): RawBar[][] {
  return createShares("T", count, createRandom(seed)).map((share) =>
    moves.map((move, day) => share.next(`day ${day}`, move)),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
}

describe("GarchShocks", () => {
  const parameters = { omega: 2e-6, alpha: 0.08, beta: 0.9 };
  const shocks = new GarchShocks(parameters, createRandom("shocks"));
  const drawn = Array.from({ length: 200_000 }, () => shocks.next());

  it("follows the variance equation, from the variance that its parameters imply", () => {
    expect(drawn[0]?.variance).toBeCloseTo(2e-6 / (1 - 0.98), 12);
    for (let at = 1; at < 100; at += 1) {
      const before = drawn[at - 1]!;
      const expected = parameters.omega + parameters.alpha * before.shock ** 2 + parameters.beta * before.variance;
      expect(drawn[at]!.variance).toBeCloseTo(expected, 15);
    }
  });

  it("draws shocks of unit variance and Student tails with 6 degrees of freedom", () => {
    const units = drawn.map(({ shock, variance }) => shock / Math.sqrt(variance));
    const within = units.filter((unit) => Math.abs(unit) < 1).length / units.length;
    // Mean 0 and variance 1 with five standard errors; the fourth moment of a unit t(6) is 6, whence the second error.
    expect(Math.abs(mean(units))).toBeLessThan(5 / Math.sqrt(units.length));
    expect(Math.abs(covariance(units, units) - 1)).toBeLessThan(5 * Math.sqrt(5 / units.length));
    // P(|t6| < √1.5) by its closed-form distribution function: s(1 + c²/2 + 3c⁴/8) with s² = x²/(x² + 6).
    const sine = Math.sqrt(1.5 / 7.5);
    const cosine2 = 1 - sine ** 2;
    const expected = sine * (1 + cosine2 / 2 + (3 * cosine2 ** 2) / 8);
    expect(Math.abs(within - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / units.length));
  });

  it("splits a shock into a night with a quarter of the variance and an independent day", () => {
    const nights = drawn.map(({ overnight, variance }) => overnight / Math.sqrt(variance));
    const days = drawn.map(({ shock, overnight, variance }) => (shock - overnight) / Math.sqrt(variance));
    expect(Math.abs(covariance(nights, nights) - 0.25)).toBeLessThan(0.006);
    expect(Math.abs(covariance(days, days) - 0.75)).toBeLessThan(0.02);
    expect(Math.abs(covariance(nights, days))).toBeLessThan(0.006);
  });
});

describe("createShares", () => {
  property([
    fc.nat(),
    fc.array(
      fc.record({
        overnight: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        intraday: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        intradayVariance: fc.double({ min: 0, max: 0.05, noNaN: true }),
      }),
      { maxLength: 30 },
    ),
  ])("makes possible bars whatever the market does", (seed, moves) => {
    for (const bar of play(2, moves, seed).flat()) expect(barFault(bar)).toBeUndefined();
  });

  property([fc.nat(), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60 })])(
    "makes the same share whatever the number of shares, and the same bar whatever comes later",
    (seed, count, days) => {
      const moves = market(60);
      const whole = play(20, moves, seed);
      const part = play(count, moves.slice(0, days), seed);
      expect(part).toEqual(whole.slice(0, count).map((bars) => bars.slice(0, days)));
    },
  );

  it("gives shares a market beta, own noise that clusters, and shares little else among them", () => {
    const moves = market(DAYS);
    const factor = moves.slice(1).map((move) => move.overnight + move.intraday);
    const residuals = play(12, moves).map((bars) => {
      const returns = bars.slice(1).map((bar, index) => Math.log(bar.close / bars[index]!.close));
      const beta = covariance(returns, factor) / covariance(factor, factor);
      expect(beta).toBeGreaterThan(0.2);
      expect(beta).toBeLessThan(2);
      const rest = returns.map((value, index) => value - beta * factor[index]!);
      const volatility = Math.sqrt(252 * covariance(rest, rest));
      expect(volatility).toBeGreaterThan(0.12);
      expect(volatility).toBeLessThan(0.45);
      return rest;
    });
    const clustering = residuals.map((rest) => {
      const size = rest.map(Math.abs);
      return covariance(size.slice(1), size.slice(0, -1)) / covariance(size, size);
    });
    expect(mean(clustering)).toBeGreaterThan(0.05);
    for (let other = 1; other < residuals.length; other += 1) {
      const [a, b] = [residuals[0]!, residuals[other]!];
      const correlation = covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(DAYS));
    }
  });

  it("gives a day's range that agrees with its variance", () => {
    const moves = market(DAYS);
    const [bars = []] = play(1, moves);
    // Parkinson's estimator over the range, against the variance of open to close.
    const byRange = mean(bars.map(({ high, low }) => Math.log(high / low) ** 2 / (4 * Math.LN2)));
    const byClose = mean(bars.map(({ open, close }) => Math.log(close / open) ** 2));
    expect(byRange / byClose).toBeGreaterThan(0.85);
    expect(byRange / byClose).toBeLessThan(1.15);
  });
});
