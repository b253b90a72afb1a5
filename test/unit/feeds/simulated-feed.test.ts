import { describe, expect, it } from "vitest";
import type { MarketFeed, Frame } from "../../../src/domain/market-feed.js";
import { createSimulatedFeed } from "../../../src/feeds/simulated-feed.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { keepingLogger } from "../../contract/feed/keeping-logger.js";
import { recorder } from "../../contract/feed/recorder.js";

function simulated(universe: number, bars?: number): MarketFeed {
  const options = { clock: new VirtualClock(), log: keepingLogger(), random: createRandom(5), universe, liveBars: 0 };
  return createSimulatedFeed({ ...options, speed: "max", ...(bars !== undefined && { bars }) });
}

async function play(feed: MarketFeed): Promise<readonly Frame[]> {
  const listener = recorder();
  feed.subscribe(listener);
  await feed.start();
  return listener.all;
}

describe("createSimulatedFeed", () => {
  it("makes five years of weekdays by default, every series synthetic", async () => {
    const feed = simulated(3);
    const frames = await play(feed);
    expect(frames).toHaveLength(1260);
    expect(frames.slice(0, 3).map((frame) => frame.date)).toEqual(["2015-01-01", "2015-01-02", "2015-01-05"]);
    for (const { date } of frames) expect(new Date(date).getUTCDay() % 6).not.toBe(0);
    expect(feed.status().series).toEqual(
      ["SIM0001", "SIM0002", "SIM0003"].map((symbol) => ({ symbol, origin: "synthetic" })),
    );
  });

  it("makes series that move together, by their common factor", async () => {
    const frames = await play(simulated(8, 2000));
    const returns = frames
      .slice(1)
      .map(({ bars }, day) => bars.map(({ close }, index) => Math.log(close / frames[day]!.bars[index]!.close)));
    const average = returns.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
    const variance = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const alone = variance(returns.flat());
    // Independent series would leave an eighth of the variance to their average.
    expect(variance(average) / alone).toBeGreaterThan(0.25);
  });

  it("refuses a market without series or bars", async () => {
    await expect(simulated(0).start()).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(simulated(1, 0).start()).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
