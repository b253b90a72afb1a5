// The port through which market data enters: history first, then live bars, one date at a time.
import type { Origin } from "./products.js";

/** As the source gave it: nothing is checked or corrected yet. */
export interface RawBar {
  readonly symbol: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** All bars of one date: complete when it is delivered. */
export interface Frame {
  readonly date: string;
  readonly bars: readonly RawBar[];
}

export interface FeedListener {
  /** Every frame up to the feed's position, oldest first, once, before any `frame`. */
  history(frames: readonly Frame[]): void;
  frame(frame: Frame): void;
}

export interface FeedSeries {
  readonly symbol: string;
  readonly origin: Origin;
}

export interface FeedStatus {
  readonly name: string;
  /** What it is, for people: where the data comes from and what of it is generated. */
  readonly description: string;
  readonly state: "idle" | "loading" | "live" | "ended" | "failed";
  readonly series: readonly FeedSeries[];
  readonly historyFrames: number;
  readonly liveFrames: number;
  /** Live frames delivered so far. */
  readonly position: number;
  /** Date of the last frame delivered, history included. */
  readonly lastDate: string | undefined;
  readonly rowsRead: number;
  readonly rowsSkipped: number;
  /** The first of the rows skipped, each naming file, line and column; at most 100 are kept. */
  readonly problems: readonly string[];
}

export interface Feed {
  /**
   * Loads, then plays live frames until the last or until `stop`. Resolves when history is loaded and, at speed `max`,
   * the last frame delivered.
   * @throws NautilusError INVALID_INPUT naming file, line and column where the source cannot be read
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A late listener gets everything up to the present position as its history. Returns the way to unsubscribe. */
  subscribe(listener: FeedListener): () => void;
  status(): FeedStatus;
}
