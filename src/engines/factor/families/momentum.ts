// How far the price has come.
import type { BarWindow } from "../bar-window.js";
import { LAST_BAR, type FactorFamily } from "./factor.js";

/** Log return over the last `bars`, leaving out the newest `skip`. */
function momentum({ logClose }: BarWindow, bars: number, skip = 0): number {
  return logClose[LAST_BAR - skip]! - logClose[LAST_BAR - bars]!;
}

export const momentumFactors: FactorFamily = {
  momentum_5: (window) => momentum(window, 5),
  momentum_10: (window) => momentum(window, 10),
  momentum_20: (window) => momentum(window, 20),
  momentum_40: (window) => momentum(window, 40),
  /** Without the last week, which tends to reverse (Jegadeesh 1990). */
  momentum_40_5: (window) => momentum(window, 40, 5),
  reversal_1: (window) => -momentum(window, 1),
};
