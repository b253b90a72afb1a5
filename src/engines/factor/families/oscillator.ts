// Where the price stands within its recent range.
import { bollingerBands } from "../../../quant/indicators/bands.js";
import { commodityChannel } from "../../../quant/indicators/commodity-channel.js";
import { rangePosition } from "../../../quant/indicators/range-position.js";
import { RelativeStrength } from "../../../quant/indicators/relative-strength.js";
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import type { FactorFamily } from "./factor.js";

function relativeStrength({ close }: BarWindow, period: number): number {
  const strength = new RelativeStrength(period);
  let value = NaN;
  for (let i = 0; i < WINDOW_BARS; i++) value = strength.next(close[i]!);
  return value;
}

/** %K of Lane's slow stochastic: the raw one averaged over `smoothing` bars. */
function stochastic(window: BarWindow, period: number, smoothing: number): number {
  let sum = 0;
  for (let to = WINDOW_BARS - smoothing + 1; to <= WINDOW_BARS; to++) sum += rangePosition(window, period, to);
  return (100 * sum) / smoothing;
}

export const oscillatorFactors: FactorFamily = {
  rsi_5: (window) => relativeStrength(window, 5),
  rsi_14: (window) => relativeStrength(window, 14),
  stochastic_14_3: (window) => stochastic(window, 14, 3),
  williams_r_10: (window) => 100 * rangePosition(window, 10) - 100,
  range_position_5: (window) => rangePosition(window, 5),
  range_position_40: (window) => rangePosition(window, 40),
  cci_10: ({ typical }) => commodityChannel(typical, 10),
  cci_20: ({ typical }) => commodityChannel(typical, 20),
  bollinger_b_10: ({ close }) => bollingerBands(close, 10).percentB,
  bollinger_b_20: ({ close }) => bollingerBands(close, 20).percentB,
  bollinger_width_20: ({ close }) => bollingerBands(close, 20).width,
};
