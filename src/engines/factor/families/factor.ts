// The shape of a factor: one number from one window of bars, finite for every window of valid bars.
import { WINDOW_BARS, type BarWindow } from "../bar-window.js";

export type Factor = (window: BarWindow) => number;

/** Factors by name; a trailing number is the length of the stretch in bars. */
export type FactorFamily = Readonly<Record<string, Factor>>;

/** Position of the newest bar in a window. */
export const LAST_BAR = WINDOW_BARS - 1;

/** `numerator / denominator`, or `otherwise` where the denominator is zero. */
export function ratio(numerator: number, denominator: number, otherwise: number): number {
  return denominator === 0 ? otherwise : numerator / denominator;
}
