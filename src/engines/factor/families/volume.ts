// What trades, and how the price answers to it. A window without volume gives the neutral value of each.
import { chaikinMoneyFlow, moneyFlowIndex, volumeWeightedPrice } from "../../../quant/indicators/money-flow.js";
import { correlation } from "../../../quant/statistics/correlation.js";
import { hasSpread, mean, variance } from "../../../quant/statistics/moments.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import { LAST_BAR, ratio, type FactorFamily } from "./factor.js";

function volumeScore({ volume }: BarWindow, bars: number): number {
  const centre = mean(volume, WINDOW_BARS - bars);
  const spread = variance(volume, WINDOW_BARS - bars);
  return hasSpread(spread, centre) ? (volume[LAST_BAR]! - centre) / Math.sqrt(spread) : 0;
}

/** Slope of on-balance volume (Granville 1963) per bar, in mean volumes: in [−1.5, 1.5] or so. */
function balanceSlope({ volume, logReturn }: BarWindow, bars: number): number {
  const centre = (bars - 1) / 2;
  let balance = 0;
  let product = 0;
  for (let i = 0; i < bars; i++) {
    const bar = WINDOW_BARS - bars + i;
    balance += Math.sign(logReturn[bar]!) * volume[bar]!;
    product += (i - centre) * balance;
  }
  const slope = (12 * product) / (bars * (bars * bars - 1));
  return ratio(slope, mean(volume, WINDOW_BARS - bars), 0);
}

/** Mean of |log return| per million traded, over the bars that traded: Amihud (2002), Journal of Financial Markets 5(1). */
function illiquidity({ close, volume, logReturn }: BarWindow, bars: number): number {
  let sum = 0;
  let traded = 0;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) {
    const millions = (close[i]! * volume[i]!) / 1e6;
    if (millions < SMALLEST_TRADE) continue;
    sum += Math.abs(logReturn[i]!) / millions;
    traded++;
  }
  return ratio(sum, traded, 0);
}

const SMALLEST_TRADE = 1e-60;

export const volumeFactors: FactorFamily = {
  volume_score_20: (window) => volumeScore(window, 20),
  volume_score_40: (window) => volumeScore(window, 40),
  volume_ratio_5_40: ({ volume }) => ratio(mean(volume, WINDOW_BARS - 5), mean(volume, WINDOW_BARS - 40), 1),
  obv_slope_20: (window) => balanceSlope(window, 20),
  amihud_20: (window) => illiquidity(window, 20),
  amihud_40: (window) => illiquidity(window, 40),
  money_flow_14: (window) => moneyFlowIndex(window, 14),
  chaikin_flow_20: (window) => chaikinMoneyFlow(window, 20),
  vwap_distance_10: (window) => window.close[LAST_BAR]! / volumeWeightedPrice(window, 10) - 1,
  vwap_distance_20: (window) => window.close[LAST_BAR]! / volumeWeightedPrice(window, 20) - 1,
  volume_move_correlation_20: ({ moveSize, volume }) => correlation(moveSize, volume, WINDOW_BARS - 20),
};
