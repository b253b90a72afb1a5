// Small frames for tests: bars by symbol and close.
import type { Frame, RawBar } from "../../../../src/domain/market-feed.js";

/** The date `day` days after 2020-01-01. */
export function dateOf(day: number): string {
  return new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
}

export function barOf(symbol: string, date: string, close: number): RawBar {
  return { symbol, date, open: close, high: close * 1.01, low: close * 0.99, close, volume: 100 };
}

export function frameOf(date: string, closes: Readonly<Record<string, number>>): Frame {
  return { date, bars: Object.entries(closes).map(([symbol, close]) => barOf(symbol, date, close)) };
}

/** One frame a day, in which each symbol that `has` a bar closes at 100 plus the day. */
export function frames(
  days: number,
  symbols: readonly string[],
  has: (symbol: string, day: number) => boolean = () => true,
): Frame[] {
  return Array.from({ length: days }, (_, day) => {
    const there = symbols.filter((symbol) => has(symbol, day));
    return frameOf(dateOf(day), Object.fromEntries(there.map((symbol) => [symbol, 100 + day])));
  });
}
