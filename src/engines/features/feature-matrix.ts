// Features of a whole factor matrix, date by date: a date's features come from the factors of that date and of earlier ones.
import { defineKernel } from "../../contracts/pool.js";
import { sharedFloats } from "../../kernel/shared-floats.js";
import { scaledRanks, winsorisedScores } from "./cross-section.js";
import { FEATURES, MAX_LAG } from "./feature-plan.js";

const TRANSFORMS = { rank: scaledRanks, score: winsorisedScores };

export interface FeatureMatrixInput {
  readonly factors: readonly string[];
  readonly symbols: number;
  readonly dates: number;
  /** Laid out as `factor.matrix`. */
  readonly values: Float64Array;
}

/** Values laid out as `feature.matrix` for all dates but the first `MAX_LAG`, over shared memory. */
function featureMatrix(input: FeatureMatrixInput): Float64Array {
  const { symbols, dates } = input;
  const rows = dates - MAX_LAG;
  const features = sharedFloats(rows * symbols * FEATURES.length);
  const transformed = new Map<string, Float64Array>();
  FEATURES.forEach(({ kind, factor, lag }, f) => {
    const key = `${kind}.${factor}`;
    const all = transformed.get(key) ?? transform(input, factor, TRANSFORMS[kind]);
    transformed.set(key, all);
    const skipped = (MAX_LAG - lag) * symbols;
    for (let i = 0; i < rows * symbols; i++) features[i * FEATURES.length + f] = all[skipped + i]!;
  });
  return features;
}

/** One factor transformed date by date: value [date * symbols + symbol]. */
function transform(
  { factors, symbols, dates, values }: FeatureMatrixInput,
  factor: string,
  apply: (section: Float64Array) => Float64Array,
): Float64Array {
  const column = factors.indexOf(factor);
  const all = new Float64Array(dates * symbols);
  for (let i = 0; i < all.length; i++) all[i] = values[i * factors.length + column]!;
  for (let date = 0; date < dates; date++) {
    const section = all.subarray(date * symbols, (date + 1) * symbols);
    section.set(apply(section));
  }
  return all;
}

export const featureMatrixKernel = defineKernel("features.matrix", import.meta.url, featureMatrix);
