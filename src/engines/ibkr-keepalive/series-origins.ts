// Which series are real and which generated, as the feed says.
import type { Feed, FeedSeries } from "../../contracts/feed.js";
import type { Origin } from "../../contracts/products.js";

export class SeriesOrigins {
  readonly #feed: Feed;
  #series: readonly FeedSeries[] | undefined;
  #origins: ReadonlyMap<string, Origin> = new Map();

  constructor(feed: Feed) {
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
