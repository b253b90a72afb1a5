// Bars in columns, 52 bytes each, added in any order and read as frames in order of date: what a feed plays from.
import type { Frame, RawBar } from "../domain/market-feed.js";
import { assert } from "../kernel/assert.js";

const FIELDS = 5;
const FIRST_CAPACITY = 4096;

interface Sorted {
  readonly dates: readonly string[];
  /** Rows by date. */
  readonly rows: Int32Array;
  /** Per date: where it begins in `rows`; one more at the end. */
  readonly starts: Int32Array;
}

export class BarTable {
  readonly #dates = new Map<string, number>();
  readonly #symbols = new Map<string, number>();
  readonly #symbolNames: string[] = [];
  #length = 0;
  /** Per row: number of its date, and of its symbol, in order of first appearance. */
  #dateOf: Int32Array;
  #symbolOf: Int32Array;
  #values: Float64Array;
  #sorted: Sorted | undefined;

  /** `expectedRows` saves growing; any number may follow. */
  constructor(expectedRows = FIRST_CAPACITY) {
    const capacity = Math.max(1, expectedRows);
    this.#dateOf = new Int32Array(capacity);
    this.#symbolOf = new Int32Array(capacity);
    this.#values = new Float64Array(capacity * FIELDS);
  }

  get length(): number {
    return this.#length;
  }

  /** In order of first appearance. */
  get symbols(): readonly string[] {
    return this.#symbolNames;
  }

  /** Ascending; of a sealed table. */
  get dates(): readonly string[] {
    return this.#sealed().dates;
  }

  append(bar: RawBar): void {
    assert(this.#sorted === undefined, "a sealed table takes no more bars");
    const row = this.#length;
    if (row === this.#dateOf.length) this.#grow();
    this.#dateOf[row] = this.#dateNumber(bar.date);
    this.#symbolOf[row] = this.#symbolNumber(bar.symbol);
    const at = row * FIELDS;
    this.#values[at] = bar.open;
    this.#values[at + 1] = bar.high;
    this.#values[at + 2] = bar.low;
    this.#values[at + 3] = bar.close;
    this.#values[at + 4] = bar.volume;
    this.#length = row + 1;
  }

  /** Orders the rows by date; those of one date keep the order in which they came. Returns the table. */
  seal(): this {
    const names = [...this.#dates.keys()];
    const order = names.map((_, index) => index).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    const rankOf = new Int32Array(names.length);
    for (const [rank, index] of order.entries()) rankOf[index] = rank;
    const starts = new Int32Array(names.length + 1);
    for (let row = 0; row < this.#length; row += 1) starts[rankOf[this.#dateOf[row]!]! + 1]! += 1;
    for (let rank = 0; rank < names.length; rank += 1) starts[rank + 1]! += starts[rank]!;
    const next = starts.slice();
    const rows = new Int32Array(this.#length);
    for (let row = 0; row < this.#length; row += 1) {
      const rank = rankOf[this.#dateOf[row]!]!;
      rows[next[rank]!] = row;
      next[rank]! += 1;
    }
    this.#sorted = { dates: order.map((index) => names[index]!), rows, starts };
    return this;
  }

  /** The frame of `dates[index]`, made anew on every call. */
  frame(index: number): Frame {
    const { dates, rows, starts } = this.#sealed();
    const date = dates[index]!;
    const bars: RawBar[] = [];
    for (let at = starts[index]!; at < starts[index + 1]!; at += 1) bars.push(this.#bar(date, rows[at]!));
    return { date, bars };
  }

  #bar(date: string, row: number): RawBar {
    const values = this.#values;
    const at = row * FIELDS;
    return {
      symbol: this.#symbolNames[this.#symbolOf[row]!]!,
      date,
      open: values[at]!,
      high: values[at + 1]!,
      low: values[at + 2]!,
      close: values[at + 3]!,
      volume: values[at + 4]!,
    };
  }

  #sealed(): Sorted {
    assert(this.#sorted !== undefined, "a table is read after it is sealed");
    return this.#sorted;
  }

  #dateNumber(date: string): number {
    const known = this.#dates.get(date);
    if (known !== undefined) return known;
    this.#dates.set(date, this.#dates.size);
    return this.#dates.size - 1;
  }

  #symbolNumber(symbol: string): number {
    const known = this.#symbols.get(symbol);
    if (known !== undefined) return known;
    this.#symbols.set(symbol, this.#symbolNames.length);
    return this.#symbolNames.push(symbol) - 1;
  }

  #grow(): void {
    const capacity = this.#dateOf.length * 2;
    const grownInts = (from: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity);
      grown.set(from);
      return grown;
    };
    this.#dateOf = grownInts(this.#dateOf);
    this.#symbolOf = grownInts(this.#symbolOf);
    const values = new Float64Array(capacity * FIELDS);
    values.set(this.#values);
    this.#values = values;
  }
}
