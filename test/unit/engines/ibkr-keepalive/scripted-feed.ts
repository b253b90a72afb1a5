// A feed whose every delivery the test decides.
import type {
  MarketFeed,
  MarketFeedStatus,
  FeedListener,
  FeedSeries,
  Frame,
} from "../../../../src/domain/market-feed.js";

export interface ScriptedFeed extends MarketFeed {
  /** Frames loaded so far, whether or not they are handed out. */
  readonly loaded: Frame[];
  /** Hands out everything loaded and not handed out yet, to each listener: as history where it has had no live frame. */
  handOut(): void;
  play(frame: Frame): void;
  say(state: MarketFeedStatus["state"]): void;
  readonly listeners: number;
}

export function scriptedFeed(series: readonly FeedSeries[] = []): ScriptedFeed {
  const loaded: Frame[] = [];
  const listeners = new Map<FeedListener, number>();
  let state: MarketFeedStatus["state"] = "loading";
  const handOut = (): void => {
    for (const [listener, next] of listeners) {
      if (next < loaded.length) listener.history(loaded.slice(next));
      listeners.set(listener, loaded.length);
    }
  };
  return {
    loaded,
    handOut,
    play(frame) {
      state = "live";
      loaded.push(frame);
      for (const listener of listeners.keys()) {
        listeners.set(listener, loaded.length);
        listener.frame(frame);
      }
    },
    say(next) {
      state = next;
    },
    get listeners() {
      return listeners.size;
    },
    start: async () => {},
    stop: async () => {},
    subscribe(listener) {
      listeners.set(listener, 0);
      return () => listeners.delete(listener);
    },
    status: () => ({
      name: "scripted",
      description: "",
      state,
      series,
      historyFrames: loaded.length,
      liveFrames: 0,
      position: 0,
      lastDate: loaded.at(-1)?.date ?? null,
      rowsRead: 0,
      rowsSkipped: 0,
      problems: [],
    }),
  };
}
