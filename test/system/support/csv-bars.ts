// Small daily bars as a file, for nodes that read their own data.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../../src/kernel/seeded-random.js";

const SYMBOLS = ["ANT", "BEE", "CAT", "DOG", "EEL", "FOX"] as const;
const MS_PER_DAY = 86_400_000;
const HEADER = "date,symbol,open,high,low,close,volume";

/** Rows of `bars` weekdays from 2015 on for six series, each a seeded random walk with a drift of its own. */
export function csvRows(bars: number): string[] {
  const random = createRandom("csv-bars");
  const prices = SYMBOLS.map((_, s) => 20 * (s + 1));
  return weekdays(bars).flatMap((date) =>
    SYMBOLS.map((symbol, s) => {
      const open = prices[s]!;
      const close = open * Math.exp(0.0002 * (s + 1) + 0.008 * (s + 1) * (random.next() - 0.5));
      prices[s] = close;
      const spread = 0.002 * open;
      const [high, low] = [Math.max(open, close) + spread, Math.min(open, close) - spread];
      const fields = [open, high, low, close].map((price) => price.toFixed(4));
      return [date, symbol, ...fields, 1000 + random.integer(1000)].join(",");
    }),
  );
}

export function csvText(rows: readonly string[]): string {
  return [HEADER, ...rows, ""].join("\n");
}

export function dateOf(row: string): string {
  return row.slice(0, row.indexOf(","));
}

function weekdays(count: number): string[] {
  const dates: string[] = [];
  for (let day = Date.UTC(2015, 0, 5); dates.length < count; day += MS_PER_DAY) {
    const date = new Date(day);
    if (date.getUTCDay() % 6 !== 0) dates.push(date.toISOString().slice(0, 10));
  }
  return dates;
}

/** A folder for data files that goes away with its test. */
export function dataFolder(): { write: (name: string, content: string | Uint8Array) => string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "nautilus-data-"));
  return {
    write: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
