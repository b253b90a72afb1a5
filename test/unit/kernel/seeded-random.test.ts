import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, xoshiro128StarStar } from "../../../src/kernel/seeded-random.js";

/** The reference algorithm in exact integers: Blackman and Vigna, xoshiro128starstar.c, version 1.1. */
function referenceSequence(state: readonly number[], length: number): number[] {
  const mask = (1n << 32n) - 1n;
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const s = state.map((word) => BigInt(word)) as [bigint, bigint, bigint, bigint];
  return Array.from({ length }, () => {
    const result = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    return Number(result);
  });
}

function draws<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

/** Pearson's statistic against equal shares. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((total, count) => total + count, 0) / counts.length;
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

function tally(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[value]! += 1;
  return counts;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
  const spread = (values: readonly number[], centre: number): number =>
    Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return covariance / (spread(a, meanA) * spread(b, meanB));
}

const SAMPLE = 100_000;
/** 99.9 % quantiles of chi-square with 99 and 6 degrees of freedom. */
const CHI_SQUARE_99 = 148.23;
const CHI_SQUARE_6 = 22.46;
/** Standard errors that an honest estimate stays within, but for one seed in 15,000. */
const SIGMAS = 4;

describe("xoshiro128StarStar", () => {
  it("gives the published sequence", () => {
    // Of the reference implementation 1.1 from the state 1, 2, 3, 4: the test vector of rand_xoshiro's Xoshiro128StarStar.
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(draws(10, xoshiro128StarStar(Uint32Array.of(1, 2, 3, 4)))).toEqual(published);
    expect(referenceSequence([1, 2, 3, 4], 10)).toEqual(published);
  });

  it("follows the reference from any state", () => {
    const word = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (state) => {
        expect(draws(40, xoshiro128StarStar(Uint32Array.from(state)))).toEqual(referenceSequence(state, 40));
      }),
    );
  });
});

describe("createRandom", () => {
  it("draws the same from the same seed, and something else from another", () => {
    const first = (seed: number | string): number[] => draws(8, () => createRandom(seed).next());
    expect(first(7)).toEqual(first(7));
    expect(first(7)).toEqual(first("7"));
    const seeds = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).next());
    expect(new Set(seeds).size).toBe(1000);
  });

  it("draws numbers in [0, 1), uniformly and with all 53 bits", () => {
    const random = createRandom("uniform");
    const values = draws(SAMPLE, () => random.next());
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(
      chiSquare(
        tally(
          values.map((value) => Math.floor(value * 100)),
          100,
        ),
      ),
    ).toBeLessThan(CHI_SQUARE_99);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(SIGMAS / Math.sqrt(12 * SAMPLE));
    for (let bit = 1; bit <= 53; bit += 1) {
      const set = mean(values.map((value) => Math.floor(value * 2 ** bit) % 2));
      expect(Math.abs(set - 0.5)).toBeLessThan(SIGMAS / Math.sqrt(4 * SAMPLE));
    }
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(SIGMAS / Math.sqrt(SAMPLE));
  });

  it("draws integers below any bound, uniformly", () => {
    const random = createRandom("integers");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (bound) => {
        const value = random.integer(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
    const sevens = draws(SAMPLE, () => random.integer(7));
    expect(chiSquare(tally(sevens, 7))).toBeLessThan(CHI_SQUARE_6);
    expect(draws(20, () => random.integer(1))).toEqual(new Array<number>(20).fill(0));
  });

  it("draws standard normals", () => {
    const random = createRandom("normals");
    const values = draws(SAMPLE, () => random.normal());
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    // Variances of the sample moments of a standard normal: 1, 2, 15 and 96, over the sample size.
    expect(Math.abs(moment(1))).toBeLessThan(SIGMAS * Math.sqrt(1 / SAMPLE));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / SAMPLE));
    expect(Math.abs(moment(3))).toBeLessThan(SIGMAS * Math.sqrt(15 / SAMPLE));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(SIGMAS * Math.sqrt(96 / SAMPLE));
    const within = mean(values.map((value) => Number(Math.abs(value) < 1.959964)));
    expect(Math.abs(within - 0.95)).toBeLessThan(SIGMAS * Math.sqrt((0.95 * 0.05) / SAMPLE));
    // The polar method makes them in pairs, which must not be related.
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(SIGMAS / Math.sqrt(SAMPLE));
  });

  it("forks the same stream by the same label, whatever was drawn before", () => {
    const fresh = createRandom(3);
    const drawn = createRandom(3);
    draws(100, () => drawn.next() + drawn.normal());
    const expected = draws(
      20,
      (
        (fork) => () =>
          fork.normal()
      )(fresh.fork("feed")),
    );
    expect(
      draws(
        20,
        (
          (fork) => () =>
            fork.normal()
        )(drawn.fork("feed")),
      ),
    ).toEqual(expected);
  });

  it("is not moved by its forks", () => {
    const [forked, plain] = [createRandom(4), createRandom(4)];
    const fork = forked.fork("any");
    draws(10, () => fork.next());
    expect(draws(20, () => forked.next())).toEqual(draws(20, () => plain.next()));
  });

  it("forks streams that are unrelated to it and to each other", () => {
    const random = createRandom("family");
    const streams = [random, random.fork("a"), random.fork("b"), random.fork("a").fork("a"), random.fork("")];
    const values = streams.map((stream) => draws(SAMPLE / 5, () => stream.next()));
    for (const [index, one] of values.entries()) {
      for (const other of values.slice(index + 1)) {
        expect(Math.abs(correlation(one, other))).toBeLessThan(SIGMAS / Math.sqrt(one.length));
      }
    }
  });

  it("gives every path of labels a stream of its own, slashes or not", () => {
    const label = fc.stringMatching(/^[ab/~01]{0,4}$/);
    const path = fc.array(label, { minLength: 1, maxLength: 3 });
    const drawAt = (labels: readonly string[]): number =>
      labels.reduce((random, each) => random.fork(each), createRandom(1)).next();
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(drawAt(one) === drawAt(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
    expect(drawAt(["BRK/B"])).not.toBe(drawAt(["BRK", "B"]));
    expect(drawAt(["a~1b"])).not.toBe(drawAt(["a/b"]));
  });
});
