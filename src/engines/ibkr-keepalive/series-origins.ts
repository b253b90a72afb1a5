// Which series are real and which generated, as the feed says.
import type { MarketFeed, FeedSeries } from "../../domain/market-feed.js";
import type { Origin } from "../../domain/products/market.js";

export class SeriesOrigins {
  readonly #feed: MarketFeed;
  #series: readonly FeedSeries[] | undefined;
  #origins: ReadonlyMap<string, Origin> = new Map();

  constructor(feed: MarketFeed) {
    this.#feed = feed;
  }

  /** By symbol. What the feed does not speak of is not in it. */
  get all(): ReadonlyMap<string, Origin> {
    const { series } = this.#feed.status();
    if (series !== this.#series) this.#origins = new Map(series.map(({ symbol, origin }) => [symbol, origin]));
    this.#series = series;
    return this.#origins;
  }
}

/** What a feed does not vouch for is not shown as real. */
export function originOf(symbol: string, origins: ReadonlyMap<string, Origin>): Origin {
  return origins.get(symbol) ?? "synthetic";
}
