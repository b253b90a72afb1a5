// Whether moves go on or turn back: autocorrelation and variance ratios.
import { hasSpread, mean, variance } from "../../../quant/statistics/moments.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import type { FactorFamily } from "./factor.js";

/** Of successive log returns, around one mean and over one variance, in (−1, 1); 0 where they do not vary. */
function autocorrelation({ logReturn }: BarWindow, bars: number): number {
  const from = WINDOW_BARS - bars;
  const centre = mean(logReturn, from);
  let product = 0;
  let square = 0;
  for (let i = from; i < WINDOW_BARS; i++) {
    const deviation = logReturn[i]! - centre;
    square += deviation * deviation;
    if (i > from) product += deviation * (logReturn[i - 1]! - centre);
  }
  return hasSpread(square / bars, centre) ? product / square : 0;
}

/**
 * Variance of overlapping `step`-bar log returns over `step` times that of one bar, around the same mean: 1 for a random
 * walk, above where moves go on (Lo and MacKinlay 1988, Review of Financial Studies 1(1), without their finite-sample
 * factors); 1 where returns do not vary.
 */
function varianceRatio({ logReturn, logClose }: BarWindow, bars: number, step: number): number {
  const from = WINDOW_BARS - bars;
  const centre = mean(logReturn, from);
  const single = (variance(logReturn, from) * (bars - 1)) / bars;
  if (!hasSpread(single, centre)) return 1;
  let square = 0;
  for (let i = from - 1 + step; i < WINDOW_BARS; i++)
    square += (logClose[i]! - logClose[i - step]! - step * centre) ** 2;
  return square / (bars - step + 1) / (step * single);
}

export const dependenceFactors: FactorFamily = {
  autocorrelation_20: (window) => autocorrelation(window, 20),
  autocorrelation_40: (window) => autocorrelation(window, 40),
  variance_ratio_2_40: (window) => varianceRatio(window, 40, 2),
  variance_ratio_5_40: (window) => varianceRatio(window, 40, 5),
};
