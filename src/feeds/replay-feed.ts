// The default feed: real S&P 500 and AAPL daily bars, and constituents generated around the real index so that a portfolio has
// breadth. A generated bar depends on the seed, the constituent's number and the index up to that bar: on nothing else.
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { MarketFeed, FeedSeries, RawBar } from "../domain/market-feed.js";
import type { Logger } from "../contracts/logger.js";
import type { Random } from "../contracts/random.js";
import { BarTable } from "./bar-table.js";
import { readCsvBars } from "./csv-bars.js";
import { createShares, type MarketMove } from "./one-factor-garch.js";
import { Player, type PlayOptions, type Recording } from "./player.js";
import { findReplayData } from "./replay-data.js";
import { RowLog } from "./row-log.js";
import type { TimeSlices } from "./time-slices.js";

const INDEX = "SPX";

export interface ReplayFeedDeps extends PlayOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the constituents are generated from: same seed, same bars. */
  readonly random: Random;
  /** Number of generated constituents beside the real series. */
  readonly universe: number;
  /** Long OHLCV with the index as SPX; default: what the build made. */
  readonly path?: string;
}

/** `start` rejects with INVALID_INPUT when the data is not there, or is not whole. */
export function createReplayFeed(deps: ReplayFeedDeps): MarketFeed {
  const { clock, log, universe, speed, liveBars } = deps;
  const rows = new RowLog();
  const generated =
    universe === 0
      ? ""
      : `, and ${universe} constituents generated around the index by a seeded one-factor GARCH model`;
  return new Player({
    name: "replay",
    description: `Real S&P 500 (SPX) and AAPL daily bars${generated}`,
    clock,
    log,
    rows,
    speed,
    liveBars,
    load: async (slices) => {
      const path = deps.path ?? findReplayData();
      const real = new BarTable();
      await readCsvBars(path, { table: real, rows, slices, strict: true });
      if (!real.symbols.includes(INDEX)) throw new NautilusError("INVALID_INPUT", `${path}: has no series ${INDEX}`);
      return addConstituents(real.seal(), deps, slices);
    },
  });
}

async function addConstituents(
  real: BarTable,
  { random, universe }: ReplayFeedDeps,
  slices: TimeSlices,
): Promise<Recording> {
  const shares = createShares("SYN", universe, random);
  const table = new BarTable(real.length + universe * real.dates.length);
  let lastClose: number | undefined;
  for (let index = 0; index < real.dates.length; index += 1) {
    const { date, bars } = real.frame(index);
    for (const bar of bars) table.append(bar);
    const market = bars.find((bar) => bar.symbol === INDEX);
    if (market === undefined) continue;
    const move = moveOf(market, lastClose);
    lastClose = market.close;
    for (const share of shares) table.append(share.next(date, move));
    await slices.pause();
  }
  const series: FeedSeries[] = [
    ...[...real.symbols].sort().map((symbol) => ({ symbol, origin: "real" as const })),
    ...shares.map(({ symbol }) => ({ symbol, origin: "synthetic" as const })),
  ];
  return { series, table: table.seal() };
}

/** The day's variance of the index is judged by its range (Parkinson 1980, J. Business 53). */
function moveOf(bar: RawBar, lastClose: number | undefined): MarketMove {
  return {
    overnight: lastClose === undefined ? 0 : Math.log(bar.open / lastClose),
    intraday: Math.log(bar.close / bar.open),
    intradayVariance: Math.log(bar.high / bar.low) ** 2 / (4 * Math.LN2),
  };
}
