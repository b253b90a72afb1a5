import { afterEach, describe, expect, it } from "vitest";
import type { Frame } from "../../../../src/domain/market-feed.js";
import {
  MarketBar,
  MarketBarSchema,
  MarketHistory,
  MarketRequest,
  MarketUniverse,
} from "../../../../src/domain/products/market.js";
import { ibkrKeepaliveEngine } from "../../../../src/engines/ibkr-keepalive/ibkr-keepalive-engine.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { barOf, dateOf, frameOf, frames } from "./frames.js";
import { scriptedFeed, type ScriptedFeed } from "./scripted-feed.js";
import { startEngine, type StartedEngine } from "./started-engine.js";

const real = (symbol: string): { symbol: string; origin: "real" } => ({ symbol, origin: "real" });

describe("ibkrKeepaliveEngine", () => {
  let engine: StartedEngine | undefined;
  afterEach(() => {
    engine?.stop();
    engine = undefined;
  });

  async function startWith(history: readonly Frame[], feed: ScriptedFeed = scriptedFeed()): Promise<StartedEngine> {
    feed.loaded.push(...history);
    const starting = startEngine(feed);
    feed.handOut();
    engine = await starting;
    return engine;
  }

  it("declares itself as the source of market data", () => {
    const definition = ibkrKeepaliveEngine;
    const { operations = [], publishes } = definition.create();
    expect(definition).toMatchObject({ id: "IBKR_KEEPALIVE_ENGINE", roles: ["data_provider"] });
    expect(definition.capabilities).toContain("real_time_streaming");
    expect(publishes).toEqual([MarketBar]);
    expect(operations).toMatchObject([
      { name: "provide_history", version: 1, needs: { request: MarketRequest }, gives: MarketHistory, effects: false },
    ]);
  });

  it("publishes the bars of live frames by symbol, marked with their origin, and those of history not", async () => {
    const feed = scriptedFeed([real("A"), { symbol: "S", origin: "synthetic" }]);
    const { published } = await startWith(frames(5, ["A", "S"]), feed);
    expect(published).toEqual([]);
    feed.play(frameOf(dateOf(5), { A: 10, S: 20, X: 30 }));
    expect(published.map(({ product, subject, bar }) => [product, subject, bar.origin, bar.close])).toEqual([
      ["market.bar@1", "A", "real", 10],
      ["market.bar@1", "S", "synthetic", 20],
      ["market.bar@1", "X", "synthetic", 30],
    ]);
    for (const { bar } of published) expect(MarketBarSchema.parse(bar)).toEqual(bar);
  });

  it("publishes no bar that it refuses, and says so in its log and its report", async () => {
    const feed = scriptedFeed([real("A"), real("B")]);
    const { published, quality, log } = await startWith(frames(5, ["A", "B"]), feed);
    feed.play({ date: dateOf(5), bars: [barOf("A", dateOf(5), 105), { ...barOf("B", dateOf(5), 105), low: -1 }] });
    expect(published.map(({ subject }) => subject)).toEqual(["A"]);
    expect(quality()).toMatchObject({ barsRefused: 1, counts: { not_positive: 1, gap: 1 } });
    expect(log.lines).toMatchObject([{ level: "warn", fields: { found: 2, counts: { not_positive: 1, gap: 1 } } }]);
  });

  it("reports what it found in a history once, when all of it is in", async () => {
    const feed = scriptedFeed();
    const all = frames(6, ["A", "B"], (symbol, day) => symbol === "A" || (day !== 2 && day !== 4));
    feed.loaded.push(...all.slice(0, 3));
    const starting = startEngine(feed);
    feed.loaded.push(...all.slice(3));
    feed.handOut();
    engine = await starting;
    expect(engine.log.lines).toMatchObject([{ level: "warn", fields: { found: 2, counts: { gap: 2 } } }]);
  });

  it("has a frame whole in its history when the first bar of it is published", async () => {
    const feed = scriptedFeed([real("A"), real("B")]);
    const { behaviour, published } = await startWith(frames(5, ["A", "B"]), feed);
    expect(behaviour.publishes).toEqual([MarketBar]);
    feed.play(frameOf(dateOf(5), { A: 1, B: 2 }));
    expect(published).toHaveLength(2);
    expect(engine?.provide({ lookbackBars: 2 }).close.slice(-1)).toEqual(new Float64Array([2]));
  });

  it("answers NO_HISTORY until the feed has given something, and GIVER_DOWN while that is still coming in", async () => {
    const feed = scriptedFeed();
    engine = await startEngine(feed);
    const ask = (): unknown => engine?.provide({ lookbackBars: 2 });
    expect(ask).toThrow(
      expect.objectContaining({ code: "NO_HISTORY", message: expect.stringContaining("it is loading") }),
    );
    feed.loaded.push(...frames(5, ["A"]));
    expect(ask).toThrow(
      expect.objectContaining({ code: "GIVER_DOWN", message: expect.stringContaining("up to nothing of 2020-01-05") }),
    );
    feed.handOut();
    expect(engine.provide({ lookbackBars: 2 }).asOf).toBe("2020-01-05");
    feed.say("failed");
    expect(ask).toThrow(
      expect.objectContaining({ code: "NO_HISTORY", message: expect.stringContaining("could not be loaded") }),
    );
  });

  it("takes everything in anew when it is started again, and publishes none of it twice", async () => {
    const feed = scriptedFeed([real("A")]);
    const first = await startWith(frames(5, ["A"]), feed);
    feed.play(frameOf(dateOf(5), { A: 1 }));
    const before = first.provide({ lookbackBars: 6 });
    first.stop();
    expect(feed.listeners).toBe(0);
    const starting = startEngine(feed);
    feed.handOut();
    engine = await starting;
    expect(engine.published).toEqual([]);
    expect(engine.provide({ lookbackBars: 6 })).toEqual(before);
    expect(engine.quality()).toMatchObject({ frames: 6, barsTaken: 6 });
  });

  it("gives arrays symbol-major over shared memory that fit the product's schema", async () => {
    const { provide } = await startWith(frames(10, ["B", "A"]), scriptedFeed([real("A"), real("B")]));
    const history = provide({ lookbackBars: 4, asOf: dateOf(7) });
    expect(MarketHistory.schema.parse(history)).toEqual(history);
    expect(history.dates).toEqual([4, 5, 6, 7].map(dateOf));
    expect(history.symbols).toEqual(["A", "B"]);
    expect([...history.close]).toEqual([104, 105, 106, 107, 104, 105, 106, 107]);
    expect([...history.high]).toEqual([...history.close].map((close) => close * 1.01));
    expect([...history.low]).toEqual([...history.close].map((close) => close * 0.99));
    expect([...history.open]).toEqual([...history.close]);
    expect([...history.volume]).toEqual(new Array(8).fill(100));
    for (const field of ["open", "high", "low", "close", "volume"] as const) {
      expect(history[field].buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it("pins the as-of and the universe that it resolved, and gives the same bytes for what it pinned", async () => {
    const has = (symbol: string, day: number): boolean => symbol !== "LATE" || day > 7;
    const feed = scriptedFeed();
    const { provide, behaviour } = await startWith(frames(10, ["B", "A", "LATE"], has), feed);
    const request = { lookbackBars: 4 };
    const history = provide(request);
    const pinned = behaviour.operations?.[0]?.pin?.(history as never, { request } as never);
    expect(pinned).toEqual({
      [MarketRequest.key]: { lookbackBars: 4, asOf: dateOf(9) },
      [MarketUniverse.key]: history.universe,
    });
    expect(history.universe.excluded).toHaveLength(1);
    feed.play(frameOf(dateOf(10), { A: 1, B: 1, LATE: 1 }));
    const starting = startEngine(feed);
    feed.handOut();
    const again = await starting;
    const repeated = again.provide(MarketRequest.schema.parse(pinned?.[MarketRequest.key]));
    expect(contentDigest(repeated)).toBe(contentDigest(history));
    again.stop();
  });

  it("gives the same object for the same resolved request", async () => {
    const feed = scriptedFeed();
    const { provide } = await startWith(frames(10, ["A", "B"]), feed);
    const history = provide({ lookbackBars: 4 });
    expect(provide({ lookbackBars: 4, asOf: dateOf(9) })).toBe(history);
    expect(provide({ lookbackBars: 5 })).not.toBe(history);
    feed.play(frameOf(dateOf(10), { A: 1, B: 1 }));
    expect(provide({ lookbackBars: 4, asOf: dateOf(9) })).toBe(history);
    for (let day = 3; day < 10; day += 1) {
      for (const lookbackBars of [2, 3, 4]) provide({ lookbackBars, asOf: dateOf(day) });
    }
    expect(provide({ lookbackBars: 4, asOf: dateOf(9) })).toEqual(history);
  });
});
