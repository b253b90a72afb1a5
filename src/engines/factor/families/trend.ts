// How steadily the price moves.
import { linearTrend } from "../../../quant/statistics/linear-trend.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import { LAST_BAR, ratio, type FactorFamily } from "./factor.js";

/** Kaufman's efficiency ratio: net move over the length of the path, in [−1, 1] with the sign of the move. */
function efficiency({ logClose, logReturn }: BarWindow, bars: number): number {
  let path = 0;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) path += Math.abs(logReturn[i]!);
  return ratio(logClose[LAST_BAR]! - logClose[LAST_BAR - bars]!, path, 0);
}

function trendStatistic({ logClose }: BarWindow, bars: number): number {
  return linearTrend(logClose, WINDOW_BARS - bars).tStatistic;
}

export const trendFactors: FactorFamily = {
  trend_t_20: (window) => trendStatistic(window, 20),
  trend_t_40: (window) => trendStatistic(window, 40),
  efficiency_10: (window) => efficiency(window, 10),
  efficiency_20: (window) => efficiency(window, 20),
  adx_14: ({ movement }) => movement.averageIndex,
  di_difference_14: ({ movement }) => movement.plusIndicator - movement.minusIndicator,
};
