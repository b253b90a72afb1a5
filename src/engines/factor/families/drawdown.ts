// How far the price fell from its peaks: fractions, at most 0.
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";
import type { FactorFamily } from "./factor.js";

interface Drawdown {
  /** Of the newest close from the highest close of the stretch. */
  readonly current: number;
  /** The deepest of any close from the highest close before it. */
  readonly deepest: number;
}

function drawdown({ close }: BarWindow, bars: number): Drawdown {
  let peak = 0;
  let current = 0;
  let deepest = 0;
  for (let i = WINDOW_BARS - bars; i < WINDOW_BARS; i++) {
    peak = Math.max(peak, close[i]!);
    current = close[i]! / peak - 1;
    deepest = Math.min(deepest, current);
  }
  return { current, deepest };
}

export const drawdownFactors: FactorFamily = {
  drawdown_20: (window) => drawdown(window, 20).current,
  drawdown_40: (window) => drawdown(window, 40).current,
  max_drawdown_20: (window) => drawdown(window, 20).deepest,
  max_drawdown_40: (window) => drawdown(window, 40).deepest,
};
