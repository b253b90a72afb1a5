// The last matrix with the bars that it came from. A row is handed out again only for bars that are the same bit for bit:
// what is kept saves work and never decides a value.
import type { MarketHistoryValue } from "../../domain/products/market.js";
import { WINDOW_BARS } from "./bar-window.js";
import { FACTOR_NAMES, factorDates } from "./factor-rows.js";

/** Some 20 MB: 64 symbols over 530 dates. A larger matrix is not kept. */
const MAX_VALUES = 2_500_000;

/** A factor matrix, finished or being filled, and the history that it is of. */
export interface Draft {
  readonly history: MarketHistoryValue;
  /** Laid out as `factor.matrix`. */
  readonly values: Float64Array;
}

export class FactorCache {
  #kept: Draft | undefined;

  keep(draft: Draft): void {
    this.#kept = draft.values.length <= MAX_VALUES ? draft : undefined;
  }

  /** Copies the rows that are known into the draft; the numbers of all others, ascending. */
  fill({ history, values }: Draft): Int32Array {
    const { symbols, dates } = history;
    const source = new Int32Array(symbols.length * factorDates(dates.length)).fill(-1);
    if (this.#kept !== undefined) {
      locateRows(this.#kept.history, history, source);
      copyRows(this.#kept.values, source, values);
    }
    const missing: number[] = [];
    source.forEach((from, row) => {
      if (from < 0) missing.push(row);
    });
    return Int32Array.from(missing);
  }
}

/** For each row of the history's matrix, the row of the kept one that came from the same bars, or −1. */
function locateRows(kept: MarketHistoryValue, history: MarketHistoryValue, source: Int32Array): void {
  const offset = dateOffset(kept, history);
  if (offset === undefined) return;
  const keptSymbols = new Map(kept.symbols.map((symbol, s) => [symbol, s]));
  const begin = Math.max(0, -offset);
  const end = Math.min(history.dates.length, kept.dates.length - offset);
  history.symbols.forEach((symbol, s) => {
    const keptSymbol = keptSymbols.get(symbol);
    if (keptSymbol === undefined) return;
    const isSame = sameBars(kept, history, keptSymbol * kept.dates.length + offset - s * history.dates.length);
    let run = 0;
    for (let date = begin; date < end; date++) {
      run = isSame(s * history.dates.length + date) ? run + 1 : 0;
      if (run < WINDOW_BARS) continue;
      const window = date - WINDOW_BARS + 1;
      source[window * history.symbols.length + s] = (window + offset) * kept.symbols.length + keptSymbol;
    }
  });
}

/** Position of the history's dates in the kept ones, by the newest date that both have; the bars themselves decide. */
function dateOffset(kept: MarketHistoryValue, history: MarketHistoryValue): number | undefined {
  const positions = new Map(kept.dates.map((date, i) => [date, i]));
  for (let i = history.dates.length - 1; i >= 0; i--) {
    const position = positions.get(history.dates[i]!);
    if (position !== undefined) return position - i;
  }
  return undefined;
}

/** Whether bar `at` of the one is bar `at + shift` of the other. */
function sameBars(kept: MarketHistoryValue, history: MarketHistoryValue, shift: number): (at: number) => boolean {
  const { open, high, low, close, volume } = history;
  return (at) =>
    Object.is(close[at], kept.close[at + shift]) &&
    Object.is(open[at], kept.open[at + shift]) &&
    Object.is(high[at], kept.high[at + shift]) &&
    Object.is(low[at], kept.low[at + shift]) &&
    Object.is(volume[at], kept.volume[at + shift]);
}

/** Copies row `source[r]` to row r wherever there is one, neighbours at once: mostly that is one stretch. */
function copyRows(from: Float64Array, source: Int32Array, to: Float64Array): void {
  const width = FACTOR_NAMES.length;
  let end = 0;
  for (let start = 0; start < source.length; start = end) {
    const first = source[start]!;
    end = start + 1;
    if (first < 0) continue;
    while (end < source.length && source[end] === first + end - start) end++;
    to.set(from.subarray(first * width, (first + end - start) * width), start * width);
  }
}
