// Where the price stands against its averages.
import { exponentialAverage } from "../../../quant/indicators/smoothing.js";
import { mean } from "../../../quant/statistics/moments.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import { LAST_BAR, type FactorFamily } from "./factor.js";

function simpleRatio({ close }: BarWindow, bars: number): number {
  return close[LAST_BAR]! / mean(close, WINDOW_BARS - bars) - 1;
}

function exponentialRatio({ close }: BarWindow, bars: number): number {
  const average = exponentialAverage(bars);
  let value = NaN;
  for (let i = 0; i < WINDOW_BARS; i++) value = average.next(close[i]!);
  return close[LAST_BAR]! / value - 1;
}

export const movingAverageFactors: FactorFamily = {
  sma_ratio_5: (window) => simpleRatio(window, 5),
  sma_ratio_10: (window) => simpleRatio(window, 10),
  sma_ratio_20: (window) => simpleRatio(window, 20),
  sma_ratio_40: (window) => simpleRatio(window, 40),
  ema_ratio_5: (window) => exponentialRatio(window, 5),
  ema_ratio_10: (window) => exponentialRatio(window, 10),
  ema_ratio_20: (window) => exponentialRatio(window, 20),
  /** MACD(12, 26, 9) as fractions of the price. */
  macd_line: ({ convergence, close }) => convergence.line / close[LAST_BAR]!,
  macd_signal: ({ convergence, close }) => convergence.signal / close[LAST_BAR]!,
  macd_histogram: ({ convergence, close }) => (convergence.line - convergence.signal) / close[LAST_BAR]!,
};
