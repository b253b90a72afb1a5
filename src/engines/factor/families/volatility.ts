// How much the price moves: volatilities per bar.
import { mean, standardDeviation } from "../../../quant/statistics/moments.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import { LAST_BAR, ratio, type FactorFamily } from "./factor.js";

function closeToClose({ logReturn }: BarWindow, bars: number): number {
  return standardDeviation(logReturn, WINDOW_BARS - bars);
}

/** From variances of single bars, whose mean rounding alone can take below zero. */
function fromRanges(barVariance: Float64Array, bars: number): number {
  return Math.sqrt(Math.max(0, mean(barVariance, WINDOW_BARS - bars)));
}

export const volatilityFactors: FactorFamily = {
  volatility_5: (window) => closeToClose(window, 5),
  volatility_10: (window) => closeToClose(window, 10),
  volatility_20: (window) => closeToClose(window, 20),
  volatility_40: (window) => closeToClose(window, 40),
  parkinson_10: ({ parkinson }) => fromRanges(parkinson, 10),
  parkinson_20: ({ parkinson }) => fromRanges(parkinson, 20),
  garman_klass_20: ({ garmanKlass }) => fromRanges(garmanKlass, 20),
  garman_klass_40: ({ garmanKlass }) => fromRanges(garmanKlass, 40),
  rogers_satchell_20: ({ rogersSatchell }) => fromRanges(rogersSatchell, 20),
  rogers_satchell_40: ({ rogersSatchell }) => fromRanges(rogersSatchell, 40),
  atr_pct_14: ({ movement, close }) => (100 * movement.averageTrueRange) / close[LAST_BAR]!,
  volatility_ratio_5_40: (window) => ratio(closeToClose(window, 5), closeToClose(window, 40), 1),
};
