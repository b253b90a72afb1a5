// Which dates a request is about: the last `lookbackBars` of the common calendar up to its as-of.
import { NautilusError } from "../../contracts/errors.js";
import type { MarketRequestValue } from "../../domain/products/market.js";
import type { BarStore } from "./bar-store.js";

const SYMBOLS_SHOWN = 5;

export interface HistoryWindow {
  /** The last date of the window: a date of the common calendar. */
  readonly asOf: string;
  /** Numbers of the frames, ascending; `lookbackBars` of them. */
  readonly frames: readonly number[];
}

/**
 * An absent as-of is the last complete frame; one between two dates of the calendar means the earlier.
 * @throws NautilusError NO_HISTORY when nothing is there yet, when the as-of lies after the last bar or before the first, or
 * when the calendar up to it is shorter than the lookback
 */
export function resolveWindow(store: BarStore, { asOf, lookbackBars, symbols }: MarketRequestValue): HistoryWindow {
  const { lastDate, dates, sessions } = store;
  if (lastDate === undefined) throw noHistory("no market data has come in yet", {});
  const wanted = asOf ?? lastDate;
  if (wanted > lastDate) {
    throw noHistory(`as of ${wanted}: the last bar taken in is of ${lastDate}`, { asOf: wanted, lastBar: lastDate });
  }
  const firstBar = dates[0]!;
  if (wanted < firstBar) {
    throw noHistory(`as of ${wanted}: the first bar is of ${firstBar}`, { asOf: wanted, firstBar });
  }
  const count = store.sessionsUntil(wanted);
  if (count === 0) throw noHistory(`as of ${wanted}: no usable bar has come in by then`, { asOf: wanted });
  const resolved = dates[sessions[count - 1]!]!;
  if (count < lookbackBars) {
    const who = symbols === undefined ? "the market data" : listed(symbols);
    const problem = `as of ${resolved}: ${who} has at most ${count} of ${lookbackBars} bars`;
    throw noHistory(problem, { asOf: resolved, bars: count, needed: lookbackBars });
  }
  return { asOf: resolved, frames: sessions.slice(count - lookbackBars, count) };
}

function listed(symbols: readonly string[]): string {
  const shown = symbols.slice(0, SYMBOLS_SHOWN).join(", ");
  return symbols.length > SYMBOLS_SHOWN ? `${shown}, …` : shown;
}

export function noHistory(problem: string, details: Readonly<Record<string, unknown>>): NautilusError {
  return new NautilusError("NO_HISTORY", problem, { details });
}
