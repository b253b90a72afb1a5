import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawBar } from "../../../src/domain/market-feed.js";
import { BarTable } from "../../../src/feeds/bar-table.js";
import { property } from "../../support/property.js";

const bars = fc.array(
  fc.record({
    symbol: fc.constantFrom("A", "B", "C"),
    date: fc.constantFrom("2020-01-01", "2020-01-02", "2019-12-31", "2021-06-30"),
    open: fc.double(),
    high: fc.double(),
    low: fc.double(),
    close: fc.double(),
    volume: fc.double(),
  }),
);

function filled(rows: readonly RawBar[], expected?: number): BarTable {
  const table = new BarTable(expected);
  for (const row of rows) table.append(row);
  return table.seal();
}

describe("BarTable", () => {
  property([bars, fc.integer({ min: 0, max: 4 })])(
    "gives every bar back, by date and within a date in the order in which it came",
    (rows, expected) => {
      const table = filled(rows, expected);
      expect(table.length).toBe(rows.length);
      expect(table.dates).toEqual([...new Set(rows.map((row) => row.date))].sort());
      for (const [index, date] of table.dates.entries()) {
        expect(table.frame(index)).toEqual({ date, bars: rows.filter((row) => row.date === date) });
      }
    },
  );

  it("names symbols in the order of their first bar", () => {
    const bar = { date: "2020-01-01", open: 1, high: 1, low: 1, close: 1, volume: 1 };
    expect(filled(["B", "A", "B", "C"].map((symbol) => ({ ...bar, symbol }))).symbols).toEqual(["B", "A", "C"]);
  });

  it("is read only after it is sealed, and grows only before", () => {
    const table = new BarTable();
    expect(() => table.dates).toThrow("after it is sealed");
    table.seal();
    expect(() => {
      table.append({ symbol: "A", date: "2020-01-01", open: 1, high: 1, low: 1, close: 1, volume: 1 });
    }).toThrow("takes no more bars");
  });
});
