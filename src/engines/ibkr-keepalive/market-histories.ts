// Answers market requests from the bars taken in. An answer depends on its resolved request and on bars up to its as-of,
// on nothing later: more data, or less after the as-of, gives the same bytes.
import type { MarketHistoryValue, MarketRequestValue, Origin } from "../../domain/products/market.js";
import { alignHistory } from "./aligned-history.js";
import { resolveWindow } from "./as-of.js";
import type { BarStore } from "./bar-store.js";
import { HistoryCache } from "./history-cache.js";
import { assertNames, defaultUniverse, namedUniverse, type UniverseQuery } from "./universe.js";

export class MarketHistories {
  readonly #store: BarStore;
  readonly #cache = new HistoryCache();

  constructor(store: BarStore) {
    this.#store = store;
  }

  /**
   * Read-only: whoever asks the same gets the same object.
   * @throws NautilusError NO_HISTORY or INVALID_INPUT, see `assertNames`, `resolveWindow`, `defaultUniverse`, `namedUniverse`
   */
  provide(request: MarketRequestValue, origins: ReadonlyMap<string, Origin>): MarketHistoryValue {
    const store = this.#store;
    const { symbols, lookbackBars } = request;
    if (symbols !== undefined) assertNames(symbols, { store, origins });
    const window = resolveWindow(store, request);
    const query: UniverseQuery = { store, window, origins };
    const key = JSON.stringify([window.asOf, lookbackBars, symbols ?? null]);
    return this.#cache.get(key, () => {
      const universe =
        symbols === undefined ? defaultUniverse(query) : { chosen: namedUniverse(symbols, query), excluded: [] };
      return alignHistory({ window, dates: store.dates, ...universe });
    });
  }
}
