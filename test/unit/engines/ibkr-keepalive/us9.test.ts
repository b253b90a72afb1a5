import { beforeAll, expect, it } from "vitest";
import { createCsvFeed } from "../../../../src/feeds/csv-feed.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { keepingLogger } from "../../../contract/feed/keeping-logger.js";
import { describeWith } from "../../../support/requirements.js";
import { sharedData, sharedDataPath } from "../../../support/shared-data.js";
import { scriptedFeed } from "./scripted-feed.js";
import { startEngine, type StartedEngine } from "./started-engine.js";

const US9 = "us9-ohlcv/us9-ohlcv-1998-2021.csv.gz";
const ALL = ["AAPL", "AIG", "BAC", "EEM", "IBM", "IWM", "QQQ", "SPY", "WM"];

describeWith(sharedData(US9), "IBKR_KEEPALIVE_ENGINE on nine US shares", () => {
  let engine: StartedEngine;

  beforeAll(async () => {
    const feed = createCsvFeed({
      clock: new VirtualClock(),
      log: keepingLogger(),
      paths: [sharedDataPath(US9)],
      strictData: true,
      speed: "max",
      liveBars: 500,
    });
    engine = await startEngine(feed);
    await feed.start();
  });

  it("takes every bar in and publishes the live ones", () => {
    expect(engine.quality()).toMatchObject({ frames: 5849, barsTaken: 43_925, barsRefused: 0, counts: { gap: 0 } });
    expect(engine.published).toHaveLength(500 * 9);
    expect(engine.published.every(({ bar }) => bar.origin === "real")).toBe(true);
  });

  it("has all nine at the end of the data", () => {
    const { symbols, asOf, dates, universe } = engine.provide({ lookbackBars: 252 });
    expect([asOf, symbols, universe.excluded]).toEqual(["2021-03-31", ALL, []]);
    expect(dates).toEqual([...new Set(dates)].sort());
    expect(universe.included.every(({ origin, filledBars }) => origin === "real" && filledBars === 0)).toBe(true);
  });

  it("leaves QQQ out three months after its first bar", () => {
    const { symbols, universe } = engine.provide({ lookbackBars: 252, asOf: "2011-06-30" });
    expect(symbols).toEqual(ALL.filter((symbol) => symbol !== "QQQ"));
    // Trading days from 2011-03-24 to 2011-06-30: 6 in March, 20, 21 and 22.
    expect(universe.excluded).toEqual([{ symbol: "QQQ", reason: "first bar 2011-03-24: 69 of 252 bars" }]);
  });

  it("does not speak of a series before its first bar", () => {
    const { symbols, universe } = engine.provide({ lookbackBars: 252, asOf: "2005-06-01" });
    expect(symbols).toEqual(["AAPL", "AIG", "BAC", "IBM", "IWM", "SPY"]);
    expect(universe.excluded).toEqual([]);
  });

  it("suspects no split in adjusted data, neither in crashes nor in an open misprinted at twice the price", () => {
    expect(engine.quality().counts.split).toBe(0);
  });

  it("suspects a split where a past is left unadjusted", async () => {
    const history = engine.provide({ symbols: ALL, lookbackBars: 20 });
    const feed = scriptedFeed();
    feed.loaded.push(
      ...history.dates.map((date, day) => ({
        date,
        bars: history.symbols.map((symbol, index) => {
          const at = index * history.dates.length + day;
          const factor = symbol === "IBM" && day < 12 ? 4 : 1;
          const [open, high] = [history.open[at]! * factor, history.high[at]! * factor];
          const [low, close] = [history.low[at]! * factor, history.close[at]! * factor];
          return { symbol, date, open, high, low, close, volume: history.volume[at]! };
        }),
      })),
    );
    const starting = startEngine(feed);
    feed.handOut();
    const split = await starting;
    expect(split.quality().findings).toMatchObject([{ kind: "split", symbol: "IBM", date: history.dates[12] }]);
    split.stop();
  });
});
