// What every computation on a market history may rely on, checked once where the history enters it.
import { NautilusError } from "../contracts/errors.js";
import type { MarketHistoryValue } from "./products/market.js";

const PRICES = ["open", "high", "low", "close"] as const;
/** Products of a few such figures are still finite. */
const LARGEST = 1e60;
const SMALLEST_PRICE = 1e-60;

/**
 * Holds the history to at least `bars` bars, whole arrays, positive finite prices and finite volumes.
 * @param purpose what needs the bars, as the subject of the message: "factors"
 * @throws NautilusError NO_HISTORY with the bars needed and the bars there, INVALID_INPUT naming field, symbol and date
 */
export function requireBars(history: MarketHistoryValue, bars: number, purpose: string): void {
  const { symbols, dates } = history;
  const length = symbols.length * dates.length;
  for (const name of [...PRICES, "volume"] as const) {
    if (history[name].length === length) continue;
    const shape = `${symbols.length} symbols × ${dates.length} dates`;
    throw new NautilusError("INVALID_INPUT", `${name} has ${history[name].length} values, not ${length} (${shape})`);
  }
  if (dates.length < bars) {
    const there = `the history has ${dates.length} up to ${history.asOf}`;
    throw new NautilusError("NO_HISTORY", `${purpose} need at least ${bars} bars, ${there}`, {
      details: { neededBars: bars, historyBars: dates.length },
    });
  }
  for (const name of PRICES) {
    requireEach(history, name, (value) => value >= SMALLEST_PRICE && value <= LARGEST);
  }
  requireEach(history, "volume", (value) => value >= 0 && value <= LARGEST);
}

type Field = (typeof PRICES)[number] | "volume";

function requireEach(history: MarketHistoryValue, name: Field, fits: (value: number) => boolean): void {
  const values = history[name];
  for (let i = 0; i < values.length; i++) {
    if (fits(values[i]!)) continue;
    const symbol = history.symbols[Math.floor(i / history.dates.length)];
    const date = history.dates[i % history.dates.length];
    throw new NautilusError("INVALID_INPUT", `the ${name} of ${symbol} on ${date} is ${values[i]}`, {
      details: { field: name, symbol, date },
    });
  }
}
