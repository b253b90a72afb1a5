import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { ledoitWolf } from "../../../../src/quant/covariance/ledoit-wolf.js";
import { sampleCovariance } from "../../../../src/quant/covariance/sample-covariance.js";
import { factorise } from "../../../../src/quant/linear-algebra/cholesky.js";

/** Returns with one common factor whose loadings differ, so that correlations differ. */
function factorReturns(n: number, observations: number, seed: number | string): Float64Array[] {
  const random = createRandom(seed);
  const market = Float64Array.from({ length: observations }, () => random.normal());
  return Array.from({ length: n }, (_, i) =>
    market.map((common) => 0.01 * ((i / n) * common + random.normal()) * (1 + i)),
  );
}

const returns = fc
  .record({ n: fc.integer({ min: 2, max: 7 }), observations: fc.integer({ min: 3, max: 60 }), seed: fc.nat() })
  .map(({ n, observations, seed }) => factorReturns(n, observations, seed));

/** δ by the definitions of appendices A and B, one sum at a time, with nothing shared or rearranged. */
function slowIntensity(series: readonly Float64Array[]): number {
  const n = series.length;
  const count = series[0]!.length;
  const indices = Array.from({ length: n }, (_, i) => i);
  const average = (of: (t: number) => number): number => {
    let sum = 0;
    for (let t = 0; t < count; t++) sum += of(t);
    return sum / count;
  };
  const means = series.map((values) => average((t) => values[t]!));
  const y = (i: number, t: number): number => series[i]![t]! - means[i]!;
  const s = indices.map((i) => indices.map((j) => average((t) => y(i, t) * y(j, t))));
  let correlations = 0;
  for (let i = 0; i < n - 1; i++) {
    for (let j = i + 1; j < n; j++) correlations += s[i]![j]! / Math.sqrt(s[i]![i]! * s[j]![j]!);
  }
  const r = (2 / ((n - 1) * n)) * correlations;
  const f = indices.map((i) => indices.map((j) => (i === j ? s[i]![i]! : r * Math.sqrt(s[i]![i]! * s[j]![j]!))));
  const pi = (i: number, j: number): number => average((t) => (y(i, t) * y(j, t) - s[i]![j]!) ** 2);
  const theta = (k: number, i: number, j: number): number =>
    average((t) => (y(k, t) ** 2 - s[k]![k]!) * (y(i, t) * y(j, t) - s[i]![j]!));
  let [piSum, rhoSum, gamma] = [0, 0, 0];
  for (const i of indices) {
    for (const j of indices) {
      piSum += pi(i, j);
      gamma += (f[i]![j]! - s[i]![j]!) ** 2;
      if (i === j) rhoSum += pi(i, i);
      else {
        const ratio = Math.sqrt(s[j]![j]! / s[i]![i]!);
        rhoSum += (r / 2) * (ratio * theta(i, i, j) + theta(j, i, j) / ratio);
      }
    }
  }
  return Math.max(0, Math.min(1, (piSum - rhoSum) / gamma / count));
}

describe("ledoitWolf", () => {
  it("finds the intensity of the definition", () => {
    fc.assert(
      fc.property(
        returns.filter((series) => series.length > 2),
        (series) => {
          expect(ledoitWolf(series).intensity).toBeCloseTo(slowIntensity(series), 8);
        },
      ),
    );
  });

  it("mixes the sample covariance with its constant-correlation target in that proportion", () => {
    fc.assert(
      fc.property(returns, (series) => {
        const n = series.length;
        const { covariance, intensity, averageCorrelation } = ledoitWolf(series);
        const sample = sampleCovariance(series);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const target = averageCorrelation * Math.sqrt(sample[i * n + i]! * sample[j * n + j]!);
            const own = sample[i * n + j]!;
            const expected = i === j ? own : intensity * target + (1 - intensity) * own;
            expect(covariance[i * n + j]).toBeCloseTo(expected, 14);
          }
        }
      }),
    );
  });

  it("is symmetric and positive semidefinite, with an intensity in [0, 1], even for fewer observations than series", () => {
    fc.assert(
      fc.property(returns, (series) => {
        const n = series.length;
        const { covariance, intensity } = ledoitWolf(series);
        expect(intensity).toBeGreaterThanOrEqual(0);
        expect(intensity).toBeLessThanOrEqual(1);
        const largest = Math.max(...covariance);
        const raised = covariance.map((value, at) => (at % (n + 1) === 0 ? value + 1e-10 * largest : value));
        expect(factorise(raised, n)).toBe(true);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < i; j++) expect(covariance[i * n + j]).toBe(covariance[j * n + i]);
      }),
    );
  });

  it("comes back to the sample covariance as observations grow", () => {
    const intensities = [50, 500, 5000, 50_000].map(
      (count) => ledoitWolf(factorReturns(6, count, "growing")).intensity,
    );
    expect(intensities.every((value, i) => i === 0 || value < intensities[i - 1]!)).toBe(true);
    expect(intensities.at(-1)).toBeLessThan(0.01);
  });

  it("is nearer to the truth than the sample covariance where observations are few", () => {
    const n = 12;
    const loading = (i: number): number => i / n;
    const truth = (i: number, j: number): number =>
      0.0001 * (1 + i) * (1 + j) * (loading(i) * loading(j) + (i === j ? 1 : 0));
    let [shrunk, sample] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const series = factorReturns(n, 20, `few ${seed}`);
      const better = ledoitWolf(series).covariance;
      const plain = sampleCovariance(series);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          shrunk += (better[i * n + j]! - truth(i, j)) ** 2;
          sample += (plain[i * n + j]! - truth(i, j)) ** 2;
        }
      }
    }
    expect(shrunk).toBeLessThan(0.8 * sample);
  });

  it("leaves out a series that does not vary", () => {
    const series = factorReturns(3, 40, "idle");
    const alone = ledoitWolf(series);
    const beside = ledoitWolf([...series, new Float64Array(40).fill(0.001)]);
    expect(beside.intensity).toBe(alone.intensity);
    expect(beside.averageCorrelation).toBe(alone.averageCorrelation);
    expect(beside.covariance[15]).toBe(0);
  });

  it("has nothing to shrink with a single series", () => {
    const [only] = factorReturns(1, 30, "single");
    expect(ledoitWolf([only!])).toMatchObject({ intensity: 0, averageCorrelation: 0 });
  });
});
