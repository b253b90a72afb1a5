// What every feed promises, whatever its data: run on each implementation.
import { afterEach, describe, expect, it } from "vitest";
import type { MarketFeed } from "../../../src/domain/market-feed.js";
import { contentDigest } from "../../../src/kernel/digest.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { recorder } from "./recorder.js";

export interface FeedUnderTest {
  readonly clock: VirtualClock;
  readonly speed: number | "max";
  readonly liveBars: number;
  readonly seed: number;
  /** Frames of the source: the data is cut off after them. */
  readonly frames: number;
}

export interface FeedContract {
  /** Is any of it generated? */
  readonly seeded: boolean;
  readonly create: (options: FeedUnderTest) => MarketFeed;
}

const FRAMES = 120;

export function describeFeedContract(name: string, { create, seeded }: FeedContract): void {
  describe(`feed contract: ${name}`, () => {
    const started: MarketFeed[] = [];
    afterEach(async () => {
      for (const feed of started.splice(0)) await feed.stop();
    });

    function make(options: Partial<FeedUnderTest> = {}): { feed: MarketFeed; clock: VirtualClock } {
      const clock = options.clock ?? new VirtualClock();
      const feed = create({ clock, speed: "max", liveBars: 20, seed: 7, frames: FRAMES, ...options });
      started.push(feed);
      return { feed, clock };
    }

    async function digestOf(options: Partial<FeedUnderTest>): Promise<string[]> {
      const { feed } = make(options);
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      return listener.all.map((frame) => contentDigest(frame));
    }

    it("gives history first, then live frames, each date once and in order", async () => {
      const { feed } = make();
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      expect(listener.mixed).toBe(false);
      expect(listener.past).toHaveLength(FRAMES - 20);
      expect(listener.live).toHaveLength(20);
      const dates = listener.all.map((frame) => frame.date);
      expect(dates).toEqual([...new Set(dates)].sort());
    });

    it("gives bars of the frame's date only, at most one of each series that it lists", async () => {
      const { feed } = make();
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      const listed = new Set(feed.status().series.map(({ symbol }) => symbol));
      for (const { date, bars } of listener.all) {
        expect(bars.every((bar) => bar.date === date && listed.has(bar.symbol))).toBe(true);
        expect(new Set(bars.map((bar) => bar.symbol)).size).toBe(bars.length);
      }
    });

    it("gives a late listener everything so far as history, the same as to those before it", async () => {
      const { feed, clock } = make({ speed: 2 });
      const early = recorder();
      feed.subscribe(early);
      await feed.start();
      await clock.advance(3_100);
      const late = recorder();
      feed.subscribe(late);
      expect(late.past).toEqual(early.all);
      await clock.advance(2_000);
      expect(late.live).toEqual(early.live.slice(-4));
      expect(late.all).toEqual(early.all);
    });

    it("gives a listener that comes after the end everything as history", async () => {
      const { feed, clock } = make();
      const early = recorder();
      feed.subscribe(early);
      await feed.start();
      expect(feed.status().state).toBe("ended");
      const late = recorder();
      feed.subscribe(late);
      expect(late.past).toEqual(early.all);
      expect(late.live).toEqual([]);
      expect(clock.pending).toBe(0);
    });

    it("plays at the speed asked for", async () => {
      const { feed, clock } = make({ speed: 3 });
      const times: number[] = [];
      feed.subscribe(recorder(() => times.push(clock.nowMs())));
      await feed.start();
      await clock.advance(10_000);
      expect(times).toHaveLength(20);
      for (const [index, time] of times.entries()) expect(time).toBeCloseTo(((index + 1) * 1000) / 3, 3);
    });

    it("takes every frame live when it is asked for more than there are", async () => {
      const { feed } = make({ liveBars: 10_000 });
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      expect(listener.parts).toBe(0);
      expect(listener.live).toHaveLength(FRAMES);
      expect(feed.status()).toMatchObject({ historyFrames: 0, liveFrames: FRAMES, position: FRAMES });
    });

    it("rests at the end of its history when no live bars are asked for", async () => {
      const { feed, clock } = make({ liveBars: 0, speed: 1 });
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      expect(listener.past).toHaveLength(FRAMES);
      expect(listener.live).toEqual([]);
      expect(feed.status().state).toBe("ended");
      expect(clock.pending).toBe(0);
    });

    it("gives the same bytes for the same seed", async () => {
      const first = await digestOf({ seed: 11 });
      expect(await digestOf({ seed: 11 })).toEqual(first);
      if (seeded) expect(await digestOf({ seed: 12 })).not.toEqual(first);
      else expect(await digestOf({ seed: 12 })).toEqual(first);
    });

    it("gives the same frames up to a date when its data ends there", async () => {
      const whole = await digestOf({});
      for (const frames of [1, 2, 77]) expect(await digestOf({ frames })).toEqual(whole.slice(0, frames));
    });

    it("leaves no timer and delivers nothing once stopped", async () => {
      const { feed, clock } = make({ speed: 2 });
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      await clock.advance(1_100);
      await feed.stop();
      expect(clock.pending).toBe(0);
      await clock.advance(10_000);
      expect(listener.live).toHaveLength(2);
      const late = recorder();
      feed.subscribe(late);
      expect(late.all).toEqual([]);
      expect(feed.status().state).toBe("ended");
    });

    it("fails the start with CANCELLED when it is stopped while loading", async () => {
      const { feed, clock } = make();
      const starting = feed.start();
      const failed = expect(starting).rejects.toMatchObject({ code: "CANCELLED" });
      await feed.stop();
      await failed;
      expect(clock.pending).toBe(0);
    });

    it("delivers nothing to who has unsubscribed", async () => {
      const { feed, clock } = make({ speed: 2 });
      const listener = recorder();
      const unsubscribe = feed.subscribe(listener);
      await feed.start();
      await clock.advance(1_100);
      unsubscribe();
      unsubscribe();
      await clock.advance(10_000);
      expect(listener.live).toHaveLength(2);
    });

    it("says where it is", async () => {
      const { feed, clock } = make({ speed: 2 });
      expect(feed.status()).toMatchObject({ name, state: "idle", position: 0, series: [] });
      expect(feed.status().lastDate).toBeNull();
      const listener = recorder();
      feed.subscribe(listener);
      await feed.start();
      expect(feed.status()).toMatchObject({ state: "live", position: 0, historyFrames: 100, liveFrames: 20 });
      expect(feed.status().lastDate).toBe(listener.past.at(-1)?.date);
      await clock.advance(1_000);
      expect(feed.status()).toMatchObject({ state: "live", position: 2, lastDate: listener.live.at(-1)?.date });
      await clock.advance(9_000);
      expect(feed.status()).toMatchObject({ state: "ended", position: 20, lastDate: listener.live.at(-1)?.date });
    });
  });
}
