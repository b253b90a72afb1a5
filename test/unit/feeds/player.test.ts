import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/contracts/clock.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { BarTable } from "../../../src/feeds/bar-table.js";
import { Player, type PlayerOptions } from "../../../src/feeds/player.js";
import { RowLog } from "../../../src/feeds/row-log.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { keepingLogger } from "../../contract/feed/keeping-logger.js";
import { recorder } from "../../contract/feed/recorder.js";

const FRAMES = 300;
const SYMBOLS = 100;

function table(): BarTable {
  const bars = new BarTable();
  for (let day = 0; day < FRAMES; day += 1) {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
      bars.append({ symbol: `S${symbol}`, date, open: 1, high: 1, low: 1, close: day + 1, volume: 0 });
    }
  }
  return bars.seal();
}

const series = Array.from({ length: SYMBOLS }, (_, index) => ({ symbol: `S${index}`, origin: "real" as const }));

function player(options: Partial<PlayerOptions> & Pick<PlayerOptions, "clock">): Player {
  return new Player({
    name: "test",
    description: "",
    log: keepingLogger(),
    rows: new RowLog(),
    speed: "max",
    liveBars: 100,
    load: async () => ({ series, table: table() }),
    ...options,
  });
}

/** Every look at the clock costs time, so that work has to be cut into slices. */
class CostlyClock extends VirtualClock {
  #spentMs = 0;

  override nowMs(): number {
    this.#spentMs += 0.5;
    return super.nowMs() + this.#spentMs;
  }
}

async function runUntil(clock: VirtualClock, done: Promise<void>): Promise<number> {
  const run = { turns: 0, ended: false };
  const end = done.finally(() => (run.ended = true));
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (run.ended) break;
    if (clock.step()) run.turns += 1;
  }
  await end;
  return run.turns;
}

describe("Player", () => {
  it("hands a long history out in parts of at most 2048 bars", async () => {
    const clock = new VirtualClock();
    const sizes: number[] = [];
    const feed = player({ clock });
    feed.subscribe({
      history: (frames) => sizes.push(frames.reduce((sum, frame) => sum + frame.bars.length, 0)),
      frame: () => {},
    });
    await feed.start();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200 * SYMBOLS);
  });

  it("lets the event loop run between slices of work, and loses nothing by it", async () => {
    const clock = new CostlyClock();
    const feed = player({ clock });
    const listener = recorder();
    feed.subscribe(listener);
    const turns = await runUntil(clock, feed.start());
    expect(turns).toBeGreaterThan(5);
    expect(listener.all).toHaveLength(FRAMES);
    expect(listener.mixed).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it("lets a late listener catch up before the next live frame goes out", async () => {
    const clock = new CostlyClock();
    const feed = player({ clock, speed: 100_000 });
    const [early, late] = [recorder(), recorder()];
    feed.subscribe(early);
    await runUntil(clock, feed.start());
    while (early.live.length < 30) clock.step();
    feed.subscribe(late);
    while (clock.step());
    expect(late.past.length).toBeGreaterThanOrEqual(200 + 30);
    expect(late.mixed).toBe(false);
    expect(late.all).toEqual(early.all);
  });

  it("catches up with the frames that fell due while the event loop was held up", async () => {
    let lateMs = 0;
    const virtual = new VirtualClock();
    const clock: Clock = {
      wallMs: () => virtual.wallMs(),
      nowMs: () => virtual.nowMs() + lateMs,
      setTimeout: (callback, delayMs) => virtual.setTimeout(callback, delayMs),
      clearTimeout: (handle) => virtual.clearTimeout(handle),
    };
    const feed = player({ clock, speed: 10 });
    const listener = recorder();
    feed.subscribe(listener);
    await feed.start();
    await virtual.advance(1_000);
    expect(listener.live).toHaveLength(10);
    lateMs = 2_050;
    await virtual.advance(100);
    expect(listener.live).toHaveLength(31);
    await virtual.advance(50);
    expect(listener.live).toHaveLength(32);
    await feed.stop();
  });

  it("hands the failure of its source on, and says failed", async () => {
    const feed = player({
      clock: new VirtualClock(),
      load: async () => {
        throw new NautilusError("INVALID_INPUT", "no such file");
      },
    });
    await expect(feed.start()).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(feed.status().state).toBe("failed");
    await feed.stop();
    expect(feed.status().state).toBe("failed");
  });

  it("cuts loading into slices too, and stops between them", async () => {
    const clock = new CostlyClock();
    let steps = 0;
    const feed = player({
      clock,
      load: async (slices) => {
        for (; steps < 1000; steps += 1) await slices.pause();
        return { series, table: table() };
      },
    });
    const starting = feed.start();
    const failed = expect(starting).rejects.toMatchObject({ code: "CANCELLED" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.pending).toBe(1);
    await feed.stop();
    await failed;
    expect(steps).toBeLessThan(1000);
    expect(clock.pending).toBe(0);
    await expect(feed.start()).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("can be stopped by a listener in the middle of playing", async () => {
    const clock = new VirtualClock();
    const feed = player({ clock });
    const listener = recorder((frame) => {
      if (frame.bars[0]?.close === 210) void feed.stop();
    });
    feed.subscribe(listener);
    await expect(feed.start()).rejects.toMatchObject({ code: "CANCELLED" });
    expect(listener.live).toHaveLength(10);
    expect(clock.pending).toBe(0);
  });

  it("starts once", async () => {
    const feed = player({ clock: new VirtualClock() });
    await feed.start();
    await expect(feed.start()).rejects.toThrow("starts once");
  });
});
