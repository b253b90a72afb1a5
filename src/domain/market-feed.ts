// A feed of market data: history first, then live bars, one date at a time.
import { z } from "zod";
import { FeedStatusSchema, type Feed } from "../contracts/feed.js";
import { OriginSchema } from "./products/market.js";

/** Those of this build, and one that is not built yet. */
export const FEED_NAMES = ["replay", "csv", "simulated", "ibkr"] as const;

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

const FeedSeriesSchema = z.object({ symbol: z.string(), origin: OriginSchema }).readonly();
export type FeedSeries = z.infer<typeof FeedSeriesSchema>;

export const MarketFeedStatusSchema = FeedStatusSchema.extend({
  series: z.array(FeedSeriesSchema).readonly().describe("Empty until loaded."),
  historyFrames: z.int(),
  liveFrames: z.int(),
  position: z.int().describe("Live frames delivered so far."),
  lastDate: z.string().nullable().describe("Of the last frame delivered, history included."),
  rowsRead: z.int(),
  rowsSkipped: z.int(),
});
export type MarketFeedStatus = Readonly<z.infer<typeof MarketFeedStatusSchema>>;

/** At speed `max` it has started once the last frame is delivered. */
export interface MarketFeed extends Feed {
  /** A late listener gets everything up to the present position as its history. Returns the way to unsubscribe. */
  subscribe(listener: FeedListener): () => void;
  status(): MarketFeedStatus;
}
