import { describe, expect, it } from "vitest";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import { HistoryCache } from "../../../../src/engines/ibkr-keepalive/history-cache.js";

const MEBIBYTE = 2 ** 20;

function history(bytes = 8): MarketHistoryValue {
  const none = new Float64Array(0);
  const close = new Float64Array(new SharedArrayBuffer(bytes));
  const universe = { included: [], excluded: [] };
  return {
    asOf: "2020-01-02",
    dates: [],
    symbols: [],
    universe,
    open: none,
    high: none,
    low: none,
    close,
    volume: none,
  };
}

/** Which keys have to be made anew, of those asked for in turn. */
function madeOf(cache: HistoryCache, keys: readonly string[], bytes?: number): string[] {
  const made: string[] = [];
  for (const key of keys) {
    cache.get(key, () => {
      made.push(key);
      return history(bytes);
    });
  }
  return made;
}

describe("HistoryCache", () => {
  it("gives the object it holds", () => {
    const cache = new HistoryCache();
    const first = cache.get("a", () => history());
    expect(cache.get("a", () => history())).toBe(first);
  });

  it("holds sixteen, and lets go of the one used longest ago", () => {
    const cache = new HistoryCache();
    const keys = Array.from({ length: 16 }, (_, index) => `key ${index}`);
    madeOf(cache, keys);
    expect(madeOf(cache, ["key 0", "new", "key 0", "key 1"])).toEqual(["new", "key 1"]);
  });

  it("holds at most 64 MiB, however often each is asked for", () => {
    const cache = new HistoryCache();
    expect(madeOf(cache, ["a", "b", "a", "b", "a", "b", "a"], 24 * MEBIBYTE)).toEqual(["a", "b"]);
    expect(madeOf(cache, ["c", "a", "b"], 24 * MEBIBYTE)).toEqual(["c", "b"]);
  });

  it("gives what is too large to hold, and keeps what it has", () => {
    const cache = new HistoryCache();
    madeOf(cache, ["a"]);
    expect(madeOf(cache, ["large", "large"], 65 * MEBIBYTE)).toEqual(["large", "large"]);
    expect(madeOf(cache, ["a"])).toEqual([]);
  });
});
