// The portfolio instances of Chang et al. (2000), and the error that the literature on them reports.
import { readFileSync } from "node:fs";
import { sharedDataPath } from "../../../support/shared-data.js";

export interface OrLibraryInstance {
  readonly size: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  /** Unconstrained frontier: [standard deviation, return], return falling. */
  readonly frontier: readonly (readonly [number, number])[];
}

export function readOrLibrary(name: string): OrLibraryInstance {
  const table = (file: string): number[][] =>
    readFileSync(sharedDataPath(`or-library/${name}/${file}`), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
  const assets = table("mean-sd.txt");
  const size = assets.length;
  const deviation = assets.map((row) => row[2]!);
  const covariance = new Float64Array(size * size);
  for (const [i, j, correlation] of table("correlation.txt") as [number, number, number][]) {
    const value = correlation * deviation[i - 1]! * deviation[j - 1]!;
    covariance[(i - 1) * size + j - 1] = value;
    covariance[(j - 1) * size + i - 1] = value;
  }
  const frontier = table("portef.txt").map(([mean, variance]) => [Math.sqrt(variance!), mean!] as const);
  return { size, mean: Float64Array.from(assets, (row) => row[1]!), covariance, frontier };
}

/** The smaller of the vertical and the horizontal percentage distance to the frontier. */
export function percentageError({ frontier }: OrLibraryInstance, deviation: number, mean: number): number {
  const errors = [
    [0, deviation, mean],
    [1, mean, deviation],
  ].flatMap(([axis, at, value]) => {
    const best = interpolate(frontier, axis as 0 | 1, at!);
    return best === undefined ? [] : [100 * Math.abs((value! - best) / best)];
  });
  return Math.min(...errors);
}

/** The other coordinate of the frontier where its `axis` coordinate is `at`; undefined beyond its ends. */
function interpolate(frontier: OrLibraryInstance["frontier"], axis: 0 | 1, at: number): number | undefined {
  const other = axis === 0 ? 1 : 0;
  for (let k = 0; k + 1 < frontier.length; k += 1) {
    const [from, to] = [frontier[k]!, frontier[k + 1]!];
    if (Math.min(from[axis], to[axis]) > at || Math.max(from[axis], to[axis]) < at || from[axis] === to[axis]) continue;
    return from[other] + ((at - from[axis]) / (to[axis] - from[axis])) * (to[other] - from[other]);
  }
  return undefined;
}

/** w'μ and √(w'Σw). */
export function pointOf({ size, mean, covariance }: OrLibraryInstance, weights: Float64Array): [number, number] {
  let expected = 0;
  let variance = 0;
  for (let i = 0; i < size; i += 1) {
    expected += weights[i]! * mean[i]!;
    for (let j = 0; j < size; j += 1) variance += weights[i]! * weights[j]! * covariance[i * size + j]!;
  }
  return [expected, Math.sqrt(variance)];
}
