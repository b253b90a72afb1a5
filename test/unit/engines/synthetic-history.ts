// Market histories that are drawn: random walks with bars that hang together.
import type { MarketHistoryValue } from "../../../src/domain/products/market.js";
import type { Random } from "../../../src/contracts/random.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";

export interface HistoryOptions {
  readonly symbols: number;
  readonly bars: number;
  readonly seed: number | string;
  /** Log return of asset `s` into bar `t`; absent: independent draws of 1 % a bar. */
  readonly logReturn?: (s: number, t: number) => number;
}

export function syntheticHistory({ symbols, bars, seed, logReturn }: HistoryOptions): MarketHistoryValue {
  const names = Array.from({ length: symbols }, (_, s) => `S${String(s).padStart(2, "0")}`);
  const history = emptyHistory(names, datesOf(bars));
  names.forEach((name, s) => {
    const random = createRandom(`${seed}/${name}`);
    let close = 20 + 200 * random.next();
    for (let t = 0; t < bars; t++) {
      const open = close * Math.exp(0.003 * random.normal());
      const move = 0.01 * random.normal();
      close = logReturn === undefined ? open * Math.exp(move) : close * Math.exp(logReturn(s, t));
      writeBar(history, s * bars + t, { open, close, random });
    }
  });
  return history;
}

function writeBar(
  { open, high, low, close, volume }: MarketHistoryValue,
  at: number,
  bar: { open: number; close: number; random: Random },
): void {
  open[at] = bar.open;
  close[at] = bar.close;
  high[at] = Math.max(bar.open, bar.close) * (1 + 0.01 * bar.random.next());
  low[at] = Math.min(bar.open, bar.close) * (1 - 0.01 * bar.random.next());
  volume[at] = Math.round(1e6 * (0.5 + bar.random.next()));
}

/** Successive calendar days. */
export function datesOf(count: number): string[] {
  const first = Date.UTC(2015, 0, 1);
  return Array.from({ length: count }, (_, i) => new Date(first + i * 86_400_000).toISOString().slice(0, 10));
}

export function emptyHistory(symbols: string[], dates: string[]): MarketHistoryValue {
  const column = (): Float64Array => new Float64Array(symbols.length * dates.length);
  return {
    asOf: dates.at(-1) ?? "2015-01-01",
    dates,
    symbols,
    universe: { included: [], excluded: [] },
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

/** The same symbols over the bars [from, to). */
export function sliceHistory(history: MarketHistoryValue, from: number, to: number): MarketHistoryValue {
  const bars = history.dates.length;
  const slice = (values: Float64Array): Float64Array => {
    const result = new Float64Array(history.symbols.length * (to - from));
    history.symbols.forEach((_, s) => {
      result.set(values.subarray(s * bars + from, s * bars + to), s * (to - from));
    });
    return result;
  };
  return {
    ...history,
    asOf: history.dates[to - 1]!,
    dates: history.dates.slice(from, to),
    open: slice(history.open),
    high: slice(history.high),
    low: slice(history.low),
    close: slice(history.close),
    volume: slice(history.volume),
  };
}

/** Some symbols of the history, by position, in that order. */
export function pickSymbols(history: MarketHistoryValue, positions: readonly number[]): MarketHistoryValue {
  const bars = history.dates.length;
  const pick = (values: Float64Array): Float64Array => {
    const result = new Float64Array(positions.length * bars);
    positions.forEach((s, i) => {
      result.set(values.subarray(s * bars, (s + 1) * bars), i * bars);
    });
    return result;
  };
  return {
    ...history,
    symbols: positions.map((s) => history.symbols[s]!),
    open: pick(history.open),
    high: pick(history.high),
    low: pick(history.low),
    close: pick(history.close),
    volume: pick(history.volume),
  };
}
