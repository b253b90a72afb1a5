// Plays a recording: everything before its last `liveBars` frames as history, those at `speed` frames a second, then rests at
// the last. One timer at most; no stretch of work beyond a slice; whoever comes late catches up first.
import type { Clock, TimerHandle } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { MarketFeed, MarketFeedStatus, FeedListener, FeedSeries } from "../domain/market-feed.js";
import type { Logger } from "../contracts/logger.js";
import { assert } from "../kernel/assert.js";
import type { BarTable } from "./bar-table.js";
import type { RowLog } from "./row-log.js";
import { SLICE_MS, TimeSlices } from "./time-slices.js";

/** Bars of history handed to a listener in one call. */
const PART_BARS = 2048;

/** Guards a due time against the rounding of its sum. */
const ROUNDING_MS = 1e-6;

export interface Recording {
  readonly series: readonly FeedSeries[];
  /** Sealed, with at least one frame. */
  readonly table: BarTable;
}

export interface PlayOptions {
  /** Live frames a second; `max`: as fast as they are taken in. */
  readonly speed: number | "max";
  /** Frames at the end of the recording that are played live. */
  readonly liveBars: number;
}

export interface PlayerOptions extends PlayOptions {
  readonly name: string;
  readonly description: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Kept up to date by `load`. */
  readonly rows: RowLog;
  readonly load: (slices: TimeSlices) => Promise<Recording>;
}

interface Reader {
  readonly listener: FeedListener;
  /** The first frame that it has not been given. */
  next: number;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: NautilusError) => void;
}

export class Player implements MarketFeed {
  readonly #options: PlayerOptions;
  readonly #abort = new AbortController();
  #state: MarketFeedStatus["state"] = "idle";
  #recording: Recording | undefined;
  #readers: Reader[] = [];
  #historyFrames = 0;
  #liveFrames = 0;
  #position = 0;
  #liveSinceMs: number | undefined;
  #timer: TimerHandle | undefined;
  #turning = false;
  #starting: Waiting | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { signal } = this.#abort;
    signal.throwIfAborted();
    assert(this.#state === "idle", `a feed starts once, and this one is ${this.#state}`);
    this.#state = "loading";
    const { clock, load, liveBars } = this.#options;
    try {
      const recording = await load(new TimeSlices(clock, signal));
      signal.throwIfAborted();
      this.#recording = recording;
    } catch (error) {
      if (!signal.aborted) this.#state = "failed";
      throw error;
    }
    const frames = this.#recording.table.dates.length;
    this.#historyFrames = Math.max(0, frames - liveBars);
    this.#liveFrames = frames - this.#historyFrames;
    this.#state = "live";
    this.#report(this.#recording);
    await new Promise<void>((resolve, reject) => {
      this.#starting = { resolve, reject };
      this.#turn();
    });
  }

  async stop(): Promise<void> {
    const reason = new NautilusError("CANCELLED", `the ${this.#options.name} feed was stopped before it had started`);
    this.#abort.abort(reason);
    this.#clearTimer();
    this.#readers = [];
    if (this.#state !== "failed") this.#state = "ended";
    this.#starting?.reject(reason);
    this.#starting = undefined;
  }

  subscribe(listener: FeedListener): () => void {
    const reader: Reader = { listener, next: 0 };
    this.#readers.push(reader);
    if (this.#recording !== undefined) this.#turn();
    return () => {
      this.#readers = this.#readers.filter((other) => other !== reader);
    };
  }

  status(): MarketFeedStatus {
    const { name, description, rows } = this.#options;
    return {
      name,
      description,
      state: this.#state,
      historyFrames: this.#historyFrames,
      liveFrames: this.#liveFrames,
      position: this.#position,
      rowsRead: rows.read,
      rowsSkipped: rows.skipped,
      series: this.#recording?.series ?? [],
      problems: rows.problems,
      lastDate: this.#recording?.table.dates[this.#delivered - 1] ?? null,
    };
  }

  get #delivered(): number {
    return this.#historyFrames + this.#position;
  }

  #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Does what there is to do, for one slice at most, and sets the timer for the rest. */
  #turn(): void {
    if (this.#turning || this.#isStopped()) return;
    this.#turning = true;
    this.#clearTimer();
    const { clock } = this.#options;
    const endMs = clock.nowMs() + SLICE_MS;
    let busy = true;
    try {
      while (busy && clock.nowMs() < endMs) busy = this.#step() && !this.#isStopped();
    } finally {
      this.#turning = false;
    }
    if (this.#isStopped()) return;
    const waitMs = busy ? 0 : this.#waitMs();
    if (waitMs === undefined) this.#state = "ended";
    else this.#timer = clock.setTimeout(() => this.#turn(), waitMs);
    if (!busy) this.#settleStart();
  }

  /** One part of a late reader's history, or one live frame that is due; false when there is nothing to do now. */
  #step(): boolean {
    const behind = this.#readers.find((reader) => reader.next < this.#delivered);
    if (behind !== undefined) {
      this.#handOutHistory(behind);
      return true;
    }
    this.#liveSinceMs ??= this.#options.clock.nowMs();
    const waitMs = this.#waitMs();
    if (waitMs === undefined || waitMs > ROUNDING_MS) return false;
    this.#handOutFrame();
    return true;
  }

  #handOutHistory(reader: Reader): void {
    const { table, series } = this.#loaded();
    const most = Math.max(1, Math.floor(PART_BARS / series.length));
    const end = Math.min(this.#delivered, reader.next + most);
    const part = Array.from({ length: end - reader.next }, (_, offset) => table.frame(reader.next + offset));
    reader.next = end;
    reader.listener.history(part);
  }

  #handOutFrame(): void {
    const frame = this.#loaded().table.frame(this.#delivered);
    const readers = this.#readers;
    this.#position += 1;
    for (const reader of readers) reader.next = this.#delivered;
    for (const reader of readers) {
      if (this.#readers.includes(reader)) reader.listener.frame(frame);
    }
  }

  /** Milliseconds until the next live frame is due; undefined after the last. */
  #waitMs(): number | undefined {
    if (this.#position === this.#liveFrames) return undefined;
    const { speed, clock } = this.#options;
    if (speed === "max" || this.#liveSinceMs === undefined) return 0;
    // From the first frame on, so that late timers do not add up.
    const dueMs = this.#liveSinceMs + ((this.#position + 1) * 1000) / speed;
    return Math.max(0, dueMs - clock.nowMs());
  }

  #settleStart(): void {
    this.#starting?.resolve();
    this.#starting = undefined;
  }

  #loaded(): Recording {
    assert(this.#recording !== undefined, "frames are handed out after loading");
    return this.#recording;
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #report({ series, table }: Recording): void {
    const { name, log, rows } = this.#options;
    const { dates } = table;
    const fields = { feed: name, series: series.length, bars: table.length, from: dates[0], to: dates.at(-1) };
    log.info(fields, "market data loaded");
    if (rows.skipped > 0) log.warn({ feed: name, skipped: rows.skipped, first: rows.problems[0] }, "rows skipped");
  }
}
