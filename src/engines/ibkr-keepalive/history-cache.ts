// The latest histories by resolved request, so that the same request gets the same object. Bounded in number and in bytes;
// when full, the one used longest ago goes.
import type { MarketHistoryValue } from "../../domain/products/market.js";

const MOST_ENTRIES = 16;
const MOST_BYTES = 64 * 2 ** 20;

export class HistoryCache {
  readonly #entries = new Map<string, MarketHistoryValue>();
  #bytes = 0;

  /** The history under a key, made by `make` where it is not held. One beyond 64 MiB is never held. */
  get(key: string, make: () => MarketHistoryValue): MarketHistoryValue {
    const value = this.#take(key) ?? make();
    if (bytesOf(value) > MOST_BYTES) return value;
    this.#entries.set(key, value);
    this.#bytes += bytesOf(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MOST_ENTRIES && this.#bytes <= MOST_BYTES) break;
      this.#take(oldest);
    }
    return value;
  }

  #take(key: string): MarketHistoryValue | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(value);
    return value;
  }
}

/** All five arrays lie in one buffer. */
function bytesOf(history: MarketHistoryValue): number {
  return history.close.buffer.byteLength;
}
