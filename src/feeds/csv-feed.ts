// The user's own data: long OHLCV files, plain or gzipped, as many as named, folders taken with all csv files in them. Its
// bars are marked real on the user's word.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { MarketFeed } from "../domain/market-feed.js";
import type { Logger } from "../contracts/logger.js";
import { BarTable } from "./bar-table.js";
import { readCsvBars } from "./csv-bars.js";
import { unreadable } from "./csv-lines.js";
import { Player, type PlayOptions } from "./player.js";
import { RowLog } from "./row-log.js";

export interface CsvFeedDeps extends PlayOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Files, or folders whose `*.csv` and `*.csv.gz` are read in order of name. */
  readonly paths: readonly string[];
  /** The first bad row ends the start instead of being skipped and counted. */
  readonly strictData: boolean;
}

/**
 * `start` rejects with INVALID_INPUT where there is no such file, a folder without csv files, a file that is empty, cut off,
 * damaged, lacks a column or has no usable row; when strict, at the first bad row, naming file, line and column.
 */
export function createCsvFeed(deps: CsvFeedDeps): MarketFeed {
  const { clock, log, paths, strictData, speed, liveBars } = deps;
  const rows = new RowLog();
  return new Player({
    name: "csv",
    description: `The user's own daily bars, taken to be real: ${paths.join(", ")}`,
    clock,
    log,
    rows,
    speed,
    liveBars,
    load: async (slices) => {
      const table = new BarTable();
      for (const file of await listFiles(paths)) await readCsvBars(file, { table, rows, slices, strict: strictData });
      const series = [...table.symbols].sort().map((symbol) => ({ symbol, origin: "real" as const }));
      return { series, table: table.seal() };
    },
  });
}

async function listFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesAt(path)));
  if (files.length === 0) throw new NautilusError("INVALID_INPUT", "the csv feed needs a file or a folder of data");
  return [...new Set(files)];
}

async function filesAt(path: string): Promise<string[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return found.size > 0 ? [path] : refuse(path, "the file is empty");
    const names = (await readdir(path)).filter((name) => /\.csv(\.gz)?$/i.test(name)).sort();
    return names.length > 0
      ? names.map((name) => join(path, name))
      : refuse(path, "no *.csv or *.csv.gz in this folder");
  } catch (error) {
    throw error instanceof NautilusError ? error : unreadable(path, error as NodeJS.ErrnoException);
  }
}

function refuse(path: string, problem: string): never {
  throw new NautilusError("INVALID_INPUT", `${path}: ${problem}`, { details: { file: path } });
}
