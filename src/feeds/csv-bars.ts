// Bars from long OHLCV files: `date,symbol,open,high,low,close,volume` in any order and case, further columns ignored. What
// cannot be a bar is named by file, line and column; it is skipped and counted, or ends the reading when strict.
import { NautilusError } from "../contracts/errors.js";
import { barFault } from "../domain/bar-fault.js";
import type { RawBar } from "../domain/market-feed.js";
import type { BarTable } from "./bar-table.js";
import { readLines, splitFields } from "./csv-lines.js";
import type { RowLog } from "./row-log.js";
import type { TimeSlices } from "./time-slices.js";

const COLUMNS = ["date", "symbol", "open", "high", "low", "close", "volume"] as const;
type Column = (typeof COLUMNS)[number];
const NUMBERS = ["open", "high", "low", "close", "volume"] as const;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Starts with a letter or digit, so that no symbol is a name that programs treat specially. */
const SYMBOL = /^[\p{L}\p{N}^$.][\p{L}\p{N}^$.=/:&+_ -]{0,31}$/u;

export interface ReadOptions {
  readonly table: BarTable;
  readonly rows: RowLog;
  readonly slices: TimeSlices;
  /** The first bad row ends the reading. */
  readonly strict: boolean;
}

interface Header {
  readonly names: readonly string[];
  readonly indexOf: Readonly<Record<Column, number>>;
}

interface Fault {
  readonly column: string;
  readonly reason: string;
}

/**
 * Adds the bars of one file to the table.
 * @throws NautilusError INVALID_INPUT: the file cannot be read, is empty, lacks a column (named), has no usable row, or
 * holds a bad row (with file, line and column) while strict
 */
export async function readCsvBars(path: string, options: ReadOptions): Promise<void> {
  const { table, rows, slices } = options;
  const before = { bars: table.length, problem: rows.skipped };
  const reader = new CsvBarReader(path, options);
  for await (const lines of readLines(path)) {
    for (const line of lines) reader.take(line);
    await slices.pause();
  }
  if (!reader.hasHeader) throw invalid(path, "the file is empty", {});
  if (table.length > before.bars) return;
  const first = rows.skipped > before.problem ? `; the first problem: ${rows.problems[before.problem] ?? ""}` : "";
  throw invalid(path, `no row with a bar after the header${first}`, {});
}

class CsvBarReader {
  readonly #path: string;
  readonly #options: ReadOptions;
  readonly #dates = new Map<string, boolean>();
  readonly #symbols = new Map<string, boolean>();
  #header: Header | undefined;
  #line = 0;

  constructor(path: string, options: ReadOptions) {
    this.#path = path;
    this.#options = options;
  }

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  take(line: string): void {
    this.#line += 1;
    if (line.trim() === "") return;
    if (this.#header === undefined) {
      this.#header = parseHeader(this.#path, line);
      return;
    }
    this.#options.rows.read += 1;
    const parsed = this.#parse(line, this.#header);
    if ("symbol" in parsed) this.#options.table.append(parsed);
    else this.#refuse(parsed);
  }

  #parse(line: string, { names, indexOf }: Header): RawBar | Fault {
    const fields = splitFields(line);
    if (fields === undefined)
      return { column: names[0]!, reason: "a quote is not closed, or stands inside of a field" };
    if (fields.length < names.length) {
      const reason = `missing: the row ends after ${fields.length} of ${names.length} fields`;
      return { column: names[fields.length]!, reason };
    }
    if (fields.length > names.length) {
      return {
        column: String(names.length + 1),
        reason: `the row has ${fields.length} fields, its header ${names.length}`,
      };
    }
    const date = fields[indexOf.date]!.trim();
    if (!remembered(this.#dates, date, isDate)) {
      return { column: "date", reason: `"${shown(date)}" is not a date like 2020-01-31` };
    }
    const symbol = fields[indexOf.symbol]!.trim();
    if (!remembered(this.#symbols, symbol, (text) => SYMBOL.test(text))) {
      return { column: "symbol", reason: `"${shown(symbol)}" is not a symbol` };
    }
    for (const column of NUMBERS) {
      const text = fields[indexOf[column]]!.trim();
      if (!NUMBER.test(text)) return { column, reason: `"${shown(text)}" is not a number` };
    }
    const number = (column: Column): number => Number(fields[indexOf[column]]);
    const [open, high, low, close] = [number("open"), number("high"), number("low"), number("close")];
    const bar = { date, symbol, open, high, low, close, volume: number("volume") };
    return barFault(bar) ?? bar;
  }

  #refuse({ column, reason }: Fault): void {
    const problem = `line ${this.#line}, column ${column}: ${reason}`;
    if (this.#options.strict) throw invalid(this.#path, problem, { line: this.#line, column });
    this.#options.rows.skip(`${this.#path}: ${problem}`);
  }
}

function parseHeader(path: string, line: string): Header {
  const names = (splitFields(line) ?? []).map((name) => name.trim().toLowerCase());
  for (const column of COLUMNS) {
    const count = names.filter((name) => name === column).length;
    if (count === 1) continue;
    const found = `its header is "${shown(line)}"`;
    const problem = count === 0 ? `column ${column} is missing` : `column ${column} appears ${count} times`;
    throw invalid(path, `${problem}: ${found}; needed are ${COLUMNS.join(",")}`, { line: 1, column });
  }
  const indexOf = Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Header["indexOf"];
  return { names, indexOf };
}

/** Dates and symbols repeat: each different one is checked once. */
function remembered(known: Map<string, boolean>, text: string, check: (text: string) => boolean): boolean {
  const before = known.get(text);
  if (before !== undefined) return before;
  const answer = check(text);
  known.set(text, answer);
  return answer;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalid(path: string, problem: string, details: Readonly<Record<string, unknown>>): NautilusError {
  return new NautilusError("INVALID_INPUT", `${path}: ${problem}`, { details: { file: path, ...details } });
}
