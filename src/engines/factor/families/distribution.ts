// The shape of the distribution of returns.
import { shape } from "../../../quant/statistics/moments.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import type { FactorFamily } from "./factor.js";

/** Root mean square of the losses, over all bars. */
function downsideDeviation({ logReturn }: BarWindow, bars: number): number {
  let sum = 0;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) sum += Math.min(0, logReturn[i]!) ** 2;
  return Math.sqrt(sum / bars);
}

function extremeReturn({ logReturn }: BarWindow, bars: number, sign: 1 | -1): number {
  let extreme = -Infinity;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) extreme = Math.max(extreme, sign * logReturn[i]!);
  return sign * extreme;
}

export const distributionFactors: FactorFamily = {
  skewness_20: ({ logReturn }) => shape(logReturn, WINDOW_BARS - 20).skewness,
  skewness_40: ({ logReturn }) => shape(logReturn, WINDOW_BARS - 40).skewness,
  kurtosis_20: ({ logReturn }) => shape(logReturn, WINDOW_BARS - 20).excessKurtosis,
  kurtosis_40: ({ logReturn }) => shape(logReturn, WINDOW_BARS - 40).excessKurtosis,
  downside_deviation_20: (window) => downsideDeviation(window, 20),
  downside_deviation_40: (window) => downsideDeviation(window, 40),
  /** Lottery demand: Bali, Cakici and Whitelaw (2011), "Maxing out", Journal of Financial Economics 99(2). */
  max_return_20: (window) => extremeReturn(window, 20, 1),
  min_return_20: (window) => extremeReturn(window, 20, -1),
};
