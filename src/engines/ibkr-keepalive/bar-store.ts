// Every bar taken in, and the common calendar. It only grows at its end, so what it says of a date never changes once the
// frame of that date is closed: whatever comes later, and whether anything comes at all.
import { assert } from "../../kernel/assert.js";
import type { RawBar } from "../../domain/market-feed.js";
import { BarSeries } from "./bar-series.js";

/** A series without a bar in this many frames has stopped trading for all that is known: it no longer counts. */
const DORMANT_AFTER = 10;

export class BarStore {
  readonly #dates: string[] = [];
  readonly #sessions: number[] = [];
  readonly #series = new Map<string, BarSeries>();

  /** Dates of all frames, ascending. */
  get dates(): readonly string[] {
    return this.#dates;
  }

  /** Numbers of the frames that make the common calendar, ascending. */
  get sessions(): readonly number[] {
    return this.#sessions;
  }

  /** Series with at least one bar, in order of their first. */
  get series(): ReadonlyMap<string, BarSeries> {
    return this.#series;
  }

  get lastDate(): string | undefined {
    return this.#dates.at(-1);
  }

  /** Begins the frame of a date after the last. Returns its number. */
  openFrame(date: string): number {
    assert(this.lastDate === undefined || date > this.lastDate, `frame ${date} follows ${this.lastDate ?? "nothing"}`);
    return this.#dates.push(date) - 1;
  }

  /** Adds a bar to the open frame; at most one a symbol. */
  append(bar: RawBar): void {
    let series = this.#series.get(bar.symbol);
    if (series === undefined) {
      series = new BarSeries(bar.symbol);
      this.#series.set(bar.symbol, series);
    }
    series.append(this.#dates.length - 1, bar);
  }

  /**
   * Ends the open frame. Its date belongs to the common calendar when at least half of the series that trade by then have
   * a bar. Returns those that have none though the date does.
   */
  closeFrame(): readonly BarSeries[] {
    const frame = this.#dates.length - 1;
    const trading = [...this.#series.values()].filter((series) => this.isTrading(series));
    const missing = trading.filter((series) => series.lastFrame !== frame);
    const present = trading.length - missing.length;
    if (present === 0 || present < missing.length) return [];
    this.#sessions.push(frame);
    return missing;
  }

  /** Whether the series had a bar lately. */
  isTrading(series: BarSeries): boolean {
    return this.#dates.length - 1 - series.lastFrame <= DORMANT_AFTER;
  }

  /** How many sessions there are up to a date, that date included. */
  sessionsUntil(date: string): number {
    let low = 0;
    let high = this.#sessions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#dates[this.#sessions[middle]!]! <= date) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
