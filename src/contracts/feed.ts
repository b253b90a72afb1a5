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
  /**
   * Every frame up to the feed's position, oldest first, once, before any `frame`: in one call or several, so that a long
   * history leaves the event loop free in between; no call where there is none. It is all in once the last date
   * received is `status().lastDate`.
   */
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
  /** `ended`: the last frame was delivered, or the feed was stopped. */
  readonly state: "idle" | "loading" | "live" | "ended" | "failed";
  /** Empty until loaded. */
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
   * Loads, then plays live frames until the last or until `stop`. Resolves when history is loaded and handed out and, at
   * speed `max`, the last frame delivered.
   * @throws NautilusError (rejected) INVALID_INPUT naming file, line and column where the source cannot be read;
   * CANCELLED when stopped before it would have resolved
   */
  start(): Promise<void>;
  /** Leaves no timer behind; nothing is delivered after it. */
  stop(): Promise<void>;
  /** A late listener gets everything up to the present position as its history. Returns the way to unsubscribe. */
  subscribe(listener: FeedListener): () => void;
  status(): FeedStatus;
}

export type BarFaultKind = "not_a_number" | "not_positive" | "inconsistent";

export interface BarFault {
  readonly kind: BarFaultKind;
  readonly column: "open" | "high" | "low" | "close" | "volume";
  readonly reason: string;
}

const PRICES = ["open", "high", "low", "close"] as const;

/**
 * What makes a bar impossible by itself, whatever other bars say: a number that is none, a price that is not positive, a
 * negative volume, a high or low that the open or close lies beyond. The first fault found; undefined for a possible bar.
 */
export function barFault(bar: RawBar): BarFault | undefined {
  const { open, high, low, close, volume } = bar;
  const isOrdered = low > 0 && open >= low && close >= low && high >= open && high >= close;
  if (isOrdered && high < Infinity && volume >= 0 && volume < Infinity) return undefined;
  for (const column of [...PRICES, "volume"] as const) {
    if (!Number.isFinite(bar[column])) {
      return { kind: "not_a_number", column, reason: `${bar[column]} is not a finite number` };
    }
  }
  for (const column of PRICES) {
    if (bar[column] <= 0) return { kind: "not_positive", column, reason: `${bar[column]} is not a positive price` };
  }
  if (volume < 0) return { kind: "not_positive", column: "volume", reason: `${volume} is negative` };
  if (high < low) return { kind: "inconsistent", column: "high", reason: `the high ${high} is below the low ${low}` };
  const outside = open < low || open > high ? "open" : "close";
  const reason = `the ${outside} ${bar[outside]} lies outside of low ${low} to high ${high}`;
  return { kind: "inconsistent", column: outside, reason };
}
