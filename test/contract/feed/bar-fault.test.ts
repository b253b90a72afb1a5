import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barFault } from "../../../src/domain/bar-fault.js";
import type { RawBar } from "../../../src/domain/market-feed.js";
import { property } from "../../support/property.js";

const bar: RawBar = { symbol: "A", date: "2020-01-02", open: 10, high: 12, low: 9, close: 11, volume: 5 };

describe("barFault", () => {
  it("finds nothing wrong with a possible bar", () => {
    expect(barFault(bar)).toBeUndefined();
    expect(barFault({ ...bar, volume: 0 })).toBeUndefined();
    expect(barFault({ ...bar, open: 10, high: 10, low: 10, close: 10 })).toBeUndefined();
  });

  it.each([
    [{ close: NaN }, "not_a_number", "close", "NaN is not a finite number"],
    [{ high: Infinity }, "not_a_number", "high", "Infinity is not a finite number"],
    [{ volume: Infinity }, "not_a_number", "volume", "Infinity is not a finite number"],
    [{ open: 0 }, "not_positive", "open", "0 is not a positive price"],
    [{ low: -9 }, "not_positive", "low", "-9 is not a positive price"],
    [{ volume: -1 }, "not_positive", "volume", "-1 is negative"],
    [{ high: 8 }, "inconsistent", "high", "the high 8 is below the low 9"],
    [{ open: 12.5 }, "inconsistent", "open", "the open 12.5 lies outside of low 9 to high 12"],
    [{ close: 8.5 }, "inconsistent", "close", "the close 8.5 lies outside of low 9 to high 12"],
  ])("names what is wrong with %o", (change, kind, column, reason) => {
    expect(barFault({ ...bar, ...change })).toEqual({ kind, column, reason });
  });

  const anyNumber = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }));
  property([fc.record({ open: anyNumber, high: anyNumber, low: anyNumber, close: anyNumber, volume: anyNumber })])(
    "accepts exactly the bars that are possible",
    (numbers) => {
      const { open, high, low, close, volume } = numbers;
      const prices = [open, high, low, close];
      const isPossible =
        [...prices, volume].every(Number.isFinite) &&
        Math.min(...prices) > 0 &&
        volume >= 0 &&
        high === Math.max(...prices) &&
        low === Math.min(...prices);
      expect(barFault({ ...bar, ...numbers }) === undefined).toBe(isPossible);
    },
  );
});
