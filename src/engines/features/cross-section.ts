// The cross-sectional transforms: one factor over all assets on one date.
import { averageRanks } from "../../quant/statistics/ranks.js";
import { hasSpread, mean, variance } from "../../quant/statistics/moments.js";
import { quantileOfSorted, sorted } from "../../quant/statistics/quantile.js";

/** Share of the assets at either end that is drawn in before scoring. */
const WINSORISED = 0.05;
/** Closer together than this, squares of differences lose their digits, or all of them. */
const LEAST_RANGE = 2 ** -500;

/** Ranks with ties averaged, scaled to [−0.5, 0.5]: mean 0, and all 0 where all are equal. Needs two values or more. */
export function scaledRanks(values: Float64Array): Float64Array {
  const last = values.length - 1;
  const ranks = averageRanks(values);
  for (let i = 0; i <= last; i++) ranks[i] = (ranks[i]! - 1) / last - 0.5;
  return ranks;
}

/**
 * Values drawn in to their 5 and 95 % quantiles, then standardised: mean 0 and unbiased variance 1, or all 0 where all are
 * equal after that.
 */
export function winsorisedScores(values: Float64Array): Float64Array {
  const ascending = sorted(values);
  const low = quantileOfSorted(ascending, WINSORISED);
  const high = quantileOfSorted(ascending, 1 - WINSORISED);
  // Scores do not depend on the unit, and a power of two changes no digit of them.
  const range = high - low;
  const unit = range > 0 && range < LEAST_RANGE ? 2 ** Math.floor(Math.log2(range)) : 1;
  const drawn = values.map((value) => Math.min(high, Math.max(low, value)) / unit);
  const centre = mean(drawn);
  const spread = variance(drawn);
  if (!hasSpread(spread, centre)) return drawn.fill(0);
  const deviation = Math.sqrt(spread);
  return drawn.map((value) => (value - centre) / deviation);
}
