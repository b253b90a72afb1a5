// Linear and rank correlation of two equally long series.
import { hasSpread, mean } from "./moments.js";
import { averageRanks } from "./ranks.js";

/** Pearson's correlation of what lies at `from` and after, in [−1, 1]; 0 where one of the two does not vary. */
export function correlation(x: Float64Array, y: Float64Array, from = 0): number {
  const count = x.length - from;
  const centreX = mean(x, from);
  const centreY = mean(y, from);
  let squareX = 0;
  let squareY = 0;
  let product = 0;
  for (let i = from; i < x.length; i++) {
    const deviationX = x[i]! - centreX;
    const deviationY = y[i]! - centreY;
    squareX += deviationX * deviationX;
    squareY += deviationY * deviationY;
    product += deviationX * deviationY;
  }
  if (!hasSpread(squareX / count, centreX) || !hasSpread(squareY / count, centreY)) return 0;
  return Math.max(-1, Math.min(1, product / (Math.sqrt(squareX) * Math.sqrt(squareY))));
}

/** Spearman's ρ with ties averaged: Pearson's correlation of the ranks; 0 where one of the two does not vary. */
export function rankCorrelation(x: Float64Array, y: Float64Array): number {
  return correlation(averageRanks(x), averageRanks(y));
}
