// One symbol's bars in columns, appended in order of frame and never changed: 44 bytes a bar.
import type { RawBar } from "../../domain/market-feed.js";

const FIRST_CAPACITY = 512;
const GROWTH = 1.5;

/** In the order of the columns. */
export const FIELDS = ["open", "high", "low", "close", "volume"] as const;
const CLOSE = FIELDS.indexOf("close");

/** Where bars are copied to: one array a field. */
export type Columns = Readonly<Record<(typeof FIELDS)[number], Float64Array>>;

export class BarSeries {
  readonly symbol: string;
  #length = 0;
  #capacity = FIRST_CAPACITY;
  /** Number of the frame that each bar came in. */
  #frames = new Int32Array(FIRST_CAPACITY);
  /** Column after column, each of the capacity. */
  #values = new Float64Array(FIRST_CAPACITY * FIELDS.length);

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  get length(): number {
    return this.#length;
  }

  /** −1 without bars. */
  get firstFrame(): number {
    return this.#length === 0 ? -1 : this.#frames[0]!;
  }

  /** −1 without bars. */
  get lastFrame(): number {
    return this.#length === 0 ? -1 : this.#frames[this.#length - 1]!;
  }

  frameOf(position: number): number {
    return this.#frames[position]!;
  }

  closeOf(position: number): number {
    return this.#values[CLOSE * this.#capacity + position]!;
  }

  append(frame: number, bar: RawBar): void {
    if (this.#length === this.#capacity) this.#grow();
    const [values, capacity, at] = [this.#values, this.#capacity, this.#length];
    this.#frames[at] = frame;
    values[at] = bar.open;
    values[capacity + at] = bar.high;
    values[2 * capacity + at] = bar.low;
    values[3 * capacity + at] = bar.close;
    values[4 * capacity + at] = bar.volume;
    this.#length += 1;
  }

  /** Position of the last bar at or before the frame; −1 where there is none. */
  positionAt(frame: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#frames[middle]! <= frame) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** How many bars from `position` on came in exactly these frames, from `frames[at]` on. */
  runLength(position: number, frames: readonly number[], at: number): number {
    const most = Math.min(this.#length - position, frames.length - at);
    let run = 0;
    while (run < most && this.#frames[position + run] === frames[at + run]) run += 1;
    return run;
  }

  /** Copies the bars of `[from, to)` into every column, beginning at `offset`. */
  copyTo(columns: Columns, offset: number, { from, to }: { readonly from: number; readonly to: number }): void {
    for (const [index, field] of FIELDS.entries()) {
      const start = index * this.#capacity;
      columns[field].set(this.#values.subarray(start + from, start + to), offset);
    }
  }

  #grow(): void {
    const capacity = Math.ceil(this.#capacity * GROWTH);
    const frames = new Int32Array(capacity);
    frames.set(this.#frames);
    const values = new Float64Array(capacity * FIELDS.length);
    for (let field = 0; field < FIELDS.length; field += 1) {
      const start = field * this.#capacity;
      values.set(this.#values.subarray(start, start + this.#length), field * capacity);
    }
    [this.#capacity, this.#frames, this.#values] = [capacity, frames, values];
  }
}
