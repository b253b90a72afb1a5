// When the price moves: between sessions or within them.
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import type { FactorFamily } from "./factor.js";

/** Mean log return from the previous close to the open, or from the open to the close. */
function sessionReturn({ logOpen, logClose }: BarWindow, bars: number, session: "overnight" | "intraday"): number {
  let sum = 0;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) {
    sum += session === "overnight" ? logOpen[i]! - logClose[i - 1]! : logClose[i]! - logOpen[i]!;
  }
  return sum / bars;
}

export const sessionFactors: FactorFamily = {
  overnight_return_20: (window) => sessionReturn(window, 20, "overnight"),
  intraday_return_20: (window) => sessionReturn(window, 20, "intraday"),
};
