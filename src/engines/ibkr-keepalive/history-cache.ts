// The latest histories by resolved request, so that the same request gets the same object. Bounded in number and in bytes;
// when full, the one used longest ago goes.
import type { MarketHistoryValue } from "../../contracts/products.js";

const MOST_ENTRIES = 16;
const MOST_BYTES = 64 * 2 ** 20;

export class HistoryCache {
  readonly #entries = new Map<string, MarketHistoryValue>();
  #bytes = 0;

  /** The history under a key, made by `make` where it is not held. */
  get(key: string, make: () => MarketHistoryValue): MarketHistoryValue {
    const held = this.#entries.get(key);
    const value = held ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (held === undefined) this.#bytes += value.close.buffer.byteLength;
    this.#trim();
    return value;
  }

  #trim(): void {
    for (const [key, value] of this.#entries) {
      if (this.#entries.size <= MOST_ENTRIES && this.#bytes <= MOST_BYTES) return;
      this.#entries.delete(key);
      this.#bytes -= value.close.buffer.byteLength;
    }
  }
}
