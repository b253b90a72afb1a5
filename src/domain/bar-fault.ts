// What makes a bar impossible by itself.
import type { RawBar } from "./market-feed.js";

export type BarFaultKind = "not_a_number" | "not_positive" | "inconsistent";

export interface BarFault {
  readonly kind: BarFaultKind;
  readonly column: "open" | "high" | "low" | "close" | "volume";
  readonly reason: string;
}

const PRICES = ["open", "high", "low", "close"] as const;

/**
 * What makes a bar impossible by itself, whatever other bars say: a number that is none, a price that is not positive, a
 * negative volume, a high or low that the open or close lies beyond. The first fault found; undefined for a possible bar.
 */
export function barFault(bar: RawBar): BarFault | undefined {
  const { open, high, low, close, volume } = bar;
  const isOrdered = low > 0 && open >= low && close >= low && high >= open && high >= close;
  if (isOrdered && high < Infinity && volume >= 0 && volume < Infinity) return undefined;
  for (const column of [...PRICES, "volume"] as const) {
    if (!Number.isFinite(bar[column])) {
      return { kind: "not_a_number", column, reason: `${bar[column]} is not a finite number` };
    }
  }
  for (const column of PRICES) {
    if (bar[column] <= 0) return { kind: "not_positive", column, reason: `${bar[column]} is not a positive price` };
  }
  if (volume < 0) return { kind: "not_positive", column: "volume", reason: `${volume} is negative` };
  if (high < low) return { kind: "inconsistent", column: "high", reason: `the high ${high} is below the low ${low}` };
  const outside = open < low || open > high ? "open" : "close";
  const reason = `the ${outside} ${bar[outside]} lies outside of low ${low} to high ${high}`;
  return { kind: "inconsistent", column: outside, reason };
}
