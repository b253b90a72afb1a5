// Which series a request is about: those it names, all of which must have a full lookback; or by default every series that
// has one, real ones first. What it says depends on nothing after the as-of.
import { NautilusError } from "../../contracts/errors.js";
import type { Origin, Universe } from "../../domain/products/market.js";
import { noHistory, type HistoryWindow } from "./as-of.js";
import type { BarSeries } from "./bar-series.js";
import type { BarStore } from "./bar-store.js";
import { coverageOf, type Coverage } from "./coverage.js";
import { originOf } from "./series-origins.js";

/** Series in a default universe. */
const DEFAULT_LIMIT = 32;
const SUGGESTIONS = 8;

export interface Chosen {
  readonly series: BarSeries;
  readonly origin: Origin;
}

export interface UniverseQuery {
  readonly store: BarStore;
  readonly window: HistoryWindow;
  /** Of every series the feed speaks of, whether or not it has a bar yet. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Every series with a full lookback, real ones first, then by symbol, at most 32; and the others known at the as-of with the
 * reason why they are left out.
 * @throws NautilusError NO_HISTORY when none has a full lookback
 */
export function defaultUniverse(query: UniverseQuery): {
  readonly chosen: readonly Chosen[];
  readonly excluded: Universe["excluded"];
} {
  const { store, window } = query;
  const chosen: Chosen[] = [];
  const excluded: Universe["excluded"] = [];
  for (const candidate of candidates(query)) {
    const { symbol } = candidate.series;
    const coverage = coverageOf(candidate.series, window, store.dates);
    if (coverage === undefined) continue;
    if (coverage.problem !== undefined) excluded.push({ symbol, reason: coverage.problem });
    else if (chosen.length === DEFAULT_LIMIT) excluded.push({ symbol, reason: `over the limit of ${DEFAULT_LIMIT}` });
    else chosen.push(candidate);
  }
  if (chosen.length > 0) return { chosen, excluded };
  const problem = `as of ${window.asOf}: no series has all of the ${window.frames.length} bars needed`;
  throw noHistory(problem, {
    asOf: window.asOf,
    needed: window.frames.length,
    excluded: excluded.slice(0, DEFAULT_LIMIT),
  });
}

/** @throws NautilusError INVALID_INPUT for a symbol that is named twice, or that the market data does not have */
export function assertNames(symbols: readonly string[], known: Pick<UniverseQuery, "store" | "origins">): void {
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice !== undefined) throw invalid(`${twice} is named twice in the universe`, { symbol: twice });
  for (const symbol of symbols) assertKnown(symbol, known);
}

/**
 * The series named, in the order given.
 * @throws NautilusError NO_HISTORY naming each one without a full lookback, its bars and the bars needed
 */
export function namedUniverse(symbols: readonly string[], query: UniverseQuery): readonly Chosen[] {
  const { store, window, origins } = query;
  const needed = window.frames.length;
  const chosen: Chosen[] = [];
  const short: { symbol: string; bars: number; reason: string }[] = [];
  for (const symbol of symbols) {
    const series = store.series.get(symbol);
    const coverage = series && coverageOf(series, window, store.dates);
    const { bars, problem } = coverage ?? NOTHING;
    if (series !== undefined && problem === undefined) chosen.push({ series, origin: originOf(symbol, origins) });
    else short.push({ symbol, bars, reason: problem ?? "" });
  }
  const worst = short[0];
  if (worst === undefined) return chosen;
  const others = short.length === 1 ? "" : `, and ${short.length - 1} more`;
  const problem = `as of ${window.asOf}: ${worst.symbol} has ${worst.bars} of ${needed} bars (${worst.reason})${others}`;
  throw noHistory(problem, { asOf: window.asOf, needed, symbols: short.slice(0, DEFAULT_LIMIT) });
}

const NOTHING: Coverage = { bars: 0, problem: "no bar so far" };

function candidates({ store, origins }: UniverseQuery): Chosen[] {
  const all = [...store.series.values()].map((series) => ({ series, origin: originOf(series.symbol, origins) }));
  const rank = ({ origin }: Chosen): number => (origin === "real" ? 0 : 1);
  return all.sort((a, b) => rank(a) - rank(b) || (a.series.symbol < b.series.symbol ? -1 : 1));
}

function assertKnown(symbol: string, { store, origins }: Pick<UniverseQuery, "store" | "origins">): void {
  if (store.series.has(symbol) || origins.has(symbol)) return;
  const known = [...new Set([...origins.keys(), ...store.series.keys()])].sort();
  const near = known.filter((other) => isNear(symbol.toUpperCase(), other.toUpperCase()));
  const suggestions = (near.length > 0 ? near : known).slice(0, SUGGESTIONS);
  const hint = near.length > 0 ? `did you mean ${suggestions.join(", ")}?` : `there are ${suggestions.join(", ")}`;
  const more = near.length === 0 && known.length > suggestions.length ? ", …" : "";
  throw invalid(`no series ${symbol} in the market data; ${hint}${more}`, { symbol, suggestions });
}

/** One is the beginning of the other, or they are equal but for one letter changed, added or left out. */
function isNear(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.startsWith(short)) return true;
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const restOfShort = short.slice(same + (short.length === long.length ? 1 : 0));
  return long.slice(same + 1) === restOfShort;
}

function invalid(problem: string, details: Readonly<Record<string, unknown>>): NautilusError {
  return new NautilusError("INVALID_INPUT", problem, { details });
}
