import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NautilusError } from "../../../../src/contracts/errors.js";
import type { Frame, RawBar } from "../../../../src/domain/market-feed.js";
import type { MarketRequestValue, Origin } from "../../../../src/domain/products/market.js";
import { BarIntake } from "../../../../src/engines/ibkr-keepalive/bar-intake.js";
import { BarStore } from "../../../../src/engines/ibkr-keepalive/bar-store.js";
import { DataQuality } from "../../../../src/engines/ibkr-keepalive/data-quality.js";
import { MarketHistories } from "../../../../src/engines/ibkr-keepalive/market-histories.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { property } from "../../../support/property.js";
import { barOf, dateOf, frames } from "./frames.js";

type Provide = (request: MarketRequestValue) => ReturnType<MarketHistories["provide"]>;

function from(all: readonly Frame[], origins: Readonly<Record<string, Origin>> = {}): Provide {
  const store = new BarStore();
  const intake = new BarIntake(store, new DataQuality());
  for (const frame of all) intake.take(frame);
  const histories = new MarketHistories(store);
  return (request) => histories.provide(request, new Map(Object.entries(origins)));
}

/** The code, message and details of what `ask` throws. */
function failureOf(ask: () => unknown): unknown {
  try {
    ask();
  } catch (error) {
    if (error instanceof NautilusError) return error.toRecord();
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("MarketHistories", () => {
  const symbols = ["A", "B", "C"];

  describe("the as-of", () => {
    const weekdays = frames(30, symbols).filter((frame) => new Date(frame.date).getUTCDay() % 6 !== 0);

    it("is the last bar where none is given", () => {
      expect(from(weekdays)({ lookbackBars: 3 }).asOf).toBe("2020-01-30");
    });

    it("between two bars is the earlier", () => {
      expect(from(weekdays)({ lookbackBars: 3, asOf: "2020-01-19" })).toMatchObject({
        asOf: "2020-01-17",
        dates: ["2020-01-15", "2020-01-16", "2020-01-17"],
      });
    });

    it("after the last bar is NO_HISTORY naming that bar", () => {
      expect(failureOf(() => from(weekdays)({ lookbackBars: 3, asOf: "2020-01-31" }))).toMatchObject({
        code: "NO_HISTORY",
        message: "as of 2020-01-31: the last bar taken in is of 2020-01-30",
        details: { lastBar: "2020-01-30" },
      });
    });

    it("before the first bar is NO_HISTORY naming that bar", () => {
      expect(failureOf(() => from(weekdays)({ lookbackBars: 3, asOf: "2019-12-31" }))).toMatchObject({
        code: "NO_HISTORY",
        message: "as of 2019-12-31: the first bar is of 2020-01-01",
        details: { firstBar: "2020-01-01" },
      });
    });

    it("with too few bars before it is NO_HISTORY with their number", () => {
      expect(failureOf(() => from(weekdays)({ lookbackBars: 5, asOf: "2020-01-06" }))).toMatchObject({
        code: "NO_HISTORY",
        message: "as of 2020-01-06: the market data has at most 4 of 5 bars",
        details: { bars: 4, needed: 5 },
      });
    });

    it("is NO_HISTORY where nothing has come in", () => {
      expect(failureOf(() => from([])({ lookbackBars: 5 }))).toMatchObject({ code: "NO_HISTORY" });
    });
  });

  describe("the default universe", () => {
    it("takes real series first, then by symbol, at most 32, and says what it leaves out", () => {
      const names = Array.from({ length: 40 }, (_, index) => `S${String(index).padStart(2, "0")}`);
      const provide = from(frames(5, names), { S39: "real", S20: "real" });
      const { symbols: taken, universe } = provide({ lookbackBars: 5 });
      expect(taken.slice(0, 4)).toEqual(["S20", "S39", "S00", "S01"]);
      expect(taken).toHaveLength(32);
      expect(universe.included.slice(0, 3)).toEqual([
        { symbol: "S20", origin: "real", filledBars: 0 },
        { symbol: "S39", origin: "real", filledBars: 0 },
        { symbol: "S00", origin: "synthetic", filledBars: 0 },
      ]);
      expect(universe.excluded).toEqual(
        ["S31", "S32", "S33", "S34", "S35", "S36", "S37", "S38"].map((symbol) => ({
          symbol,
          reason: "over the limit of 32",
        })),
      );
    });

    it("leaves out, with the reason, what started late, stopped or has too many holes", () => {
      const has = (symbol: string, day: number): boolean =>
        (symbol !== "LATE" || day >= 60) &&
        (symbol !== "STOPPED" || day < 95) &&
        (symbol !== "HOLES" || day % 30 !== 20) &&
        (symbol !== "FUTURE" || day >= 105);
      const all = ["A", "B", "C", "D", "FUTURE", "HOLES", "LATE", "STOPPED"];
      expect(from(frames(110, all, has))({ lookbackBars: 100, asOf: dateOf(99) }).universe).toEqual({
        included: ["A", "B", "C", "D"].map((symbol) => ({ symbol, origin: "synthetic", filledBars: 0 })),
        excluded: [
          { symbol: "HOLES", reason: "3 of 100 bars missing" },
          { symbol: "LATE", reason: `first bar ${dateOf(60)}: 40 of 100 bars` },
          { symbol: "STOPPED", reason: `no bar on ${dateOf(99)}: the last one is of ${dateOf(94)}` },
        ],
      });
    });

    it("is NO_HISTORY when no series has all bars", () => {
      const has = (symbol: string, day: number): boolean => (symbol === "A" ? day < 6 : day >= 4);
      expect(failureOf(() => from(frames(10, ["A", "B"], has))({ lookbackBars: 8 }))).toMatchObject({
        code: "NO_HISTORY",
        message: `as of ${dateOf(9)}: no series has all of the 8 bars needed`,
        details: { excluded: [{ symbol: "A" }, { symbol: "B", reason: `first bar ${dateOf(4)}: 6 of 8 bars` }] },
      });
    });
  });

  describe("a named universe", () => {
    const has = (symbol: string, day: number): boolean => symbol !== "LATE" || day >= 4;
    const provide = from(frames(10, ["A", "AB", "LATE"], has), { SOON: "real" });

    it("keeps the order of the names", () => {
      expect(provide({ symbols: ["AB", "A"], lookbackBars: 4 })).toMatchObject({
        symbols: ["AB", "A"],
        universe: { excluded: [] },
      });
    });

    it("needs a full lookback of each", () => {
      expect(failureOf(() => provide({ symbols: ["A", "LATE", "SOON"], lookbackBars: 8 }))).toMatchObject({
        code: "NO_HISTORY",
        message: `as of ${dateOf(9)}: LATE has 6 of 8 bars (first bar ${dateOf(4)}: 6 of 8 bars), and 1 more`,
        details: {
          needed: 8,
          symbols: [
            { symbol: "LATE", bars: 6 },
            { symbol: "SOON", bars: 0, reason: "no bar so far" },
          ],
        },
      });
      expect(failureOf(() => provide({ symbols: ["A"], lookbackBars: 11 }))).toMatchObject({
        code: "NO_HISTORY",
        message: `as of ${dateOf(9)}: A has at most 10 of 11 bars`,
      });
    });

    it.each([
      ["B", "did you mean A, AB?"],
      ["ab", "did you mean A, AB?"],
      ["LATTE", "did you mean LATE?"],
      ["LETA", "there are A, AB, LATE, SOON"],
      ["", "did you mean A, AB, LATE, SOON?"],
    ])("refuses the unknown name %j with a suggestion", (symbol, hint) => {
      expect(failureOf(() => provide({ symbols: ["A", symbol], lookbackBars: 4 }))).toMatchObject({
        code: "INVALID_INPUT",
        message: `no series ${symbol} in the market data; ${hint}`,
      });
    });

    it("refuses a name given twice", () => {
      expect(failureOf(() => provide({ symbols: ["A", "AB", "A"], lookbackBars: 4 }))).toMatchObject({
        code: "INVALID_INPUT",
        message: "A is named twice in the universe",
      });
    });
  });

  describe("holes", () => {
    const holesOf = (...days: number[]): Frame[] =>
      frames(120, symbols, (symbol, day) => symbol !== "B" || !days.includes(day));

    it("of at most 2 % are filled with the last close and no volume, and counted", () => {
      const history = from(holesOf(30, 31))({ symbols: ["B"], lookbackBars: 100, asOf: dateOf(119) });
      expect(history.universe.included).toEqual([{ symbol: "B", origin: "synthetic", filledBars: 2 }]);
      const at = history.dates.indexOf(dateOf(30));
      for (const field of ["open", "high", "low", "close"] as const) {
        expect([...history[field].slice(at, at + 2)]).toEqual([129, 129]);
      }
      expect([...history.volume.slice(at - 1, at + 3)]).toEqual([100, 0, 0, 100]);
      expect(history.close[at + 2]).toBe(132);
    });

    it("at the first date are filled from before the window", () => {
      const history = from(holesOf(20))({ symbols: ["B"], lookbackBars: 100, asOf: dateOf(119) });
      expect(history.dates[0]).toBe(dateOf(20));
      expect(history.close[0]).toBe(119);
    });

    it("of more than 2 %, or on the last date, are not", () => {
      const ask = (...days: number[]): unknown =>
        failureOf(() => from(holesOf(...days))({ symbols: ["B"], lookbackBars: 100 }));
      expect(ask(30, 50, 70)).toMatchObject({ details: { symbols: [{ bars: 97, reason: "3 of 100 bars missing" }] } });
      expect(ask(119)).toMatchObject({
        details: { symbols: [{ bars: 99, reason: `no bar on ${dateOf(119)}: the last one is of ${dateOf(118)}` }] },
      });
    });
  });

  describe("whatever comes in", () => {
    const close = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 50, max: 200 }) }, fc.constantFrom(NaN, 0, -1));
    const bars = (day: number): fc.Arbitrary<RawBar[]> =>
      fc.array(
        fc
          .tuple(fc.constantFrom("A", "B", "C", "D"), close)
          .map(([symbol, value]) => barOf(symbol, dateOf(day), value)),
        { maxLength: 6 },
      );
    /** Days go on, stand still or go back; frames have gaps, doubles and impossible bars. */
    const streams = fc
      .array(fc.constantFrom(1, 1, 1, 1, 2, 0, -1), { minLength: 5, maxLength: 40 })
      .map((steps) => steps.reduce<number[]>((days, step) => [...days, Math.max(0, (days.at(-1) ?? 0) + step)], []))
      .chain((days) =>
        fc.tuple(...days.map((day) => bars(day).map((all): Frame => ({ date: dateOf(day), bars: all })))),
      );

    /** What a request is answered with, failure included, as one text. */
    function answer(provide: Provide, request: MarketRequestValue): string {
      try {
        return contentDigest(provide(request));
      } catch (error) {
        if (error instanceof NautilusError) return JSON.stringify(error.toRecord());
        throw error;
      }
    }

    const requests = fc.record(
      {
        lookbackBars: fc.integer({ min: 2, max: 6 }),
        symbols: fc.uniqueArray(fc.constantFrom("A", "B", "C"), { minLength: 1 }),
      },
      { requiredKeys: ["lookbackBars"] },
    );
    const origins: Readonly<Record<string, Origin>> = { A: "synthetic", B: "real", C: "real" };

    property([streams, streams, requests, fc.nat()])(
      "an answer depends on nothing after its as-of",
      (stream, tail, request, pick) => {
        const at = pick % stream.length;
        const asOf = stream.slice(0, at + 1).reduce((latest, { date }) => (date > latest ? date : latest), "");
        // Up to the first frame after the as-of: then other frames, or none.
        const later = stream.findIndex(({ date }) => date > asOf);
        const past = later === -1 ? [...stream] : stream.slice(0, later);
        const others = tail.map((frame) => {
          const date = new Date(Date.parse(frame.date) + 100 * 86_400_000).toISOString().slice(0, 10);
          return { date, bars: frame.bars.map((bar) => ({ ...bar, date })) };
        });
        const whole = answer(from(stream, origins), { ...request, asOf });
        expect(answer(from(past, origins), { ...request, asOf })).toBe(whole);
        expect(answer(from([...past, ...others], origins), { ...request, asOf })).toBe(whole);
      },
    );

    property([streams, fc.integer({ min: 2, max: 6 })])(
      "a history is whole, aligned and possible",
      (stream, lookbackBars) => {
        const provide = from(stream, origins);
        if (answer(provide, { lookbackBars }).startsWith("{")) return;
        const history = provide({ lookbackBars });
        expect(history.dates).toEqual([...new Set(history.dates)].sort());
        expect(history.dates).toHaveLength(lookbackBars);
        expect(history.dates.at(-1)).toBe(history.asOf);
        for (const field of ["open", "high", "low", "close"] as const) {
          expect(history[field]).toHaveLength(history.symbols.length * lookbackBars);
          expect(history[field].every((value) => value > 0 && value < Infinity)).toBe(true);
        }
      },
    );

    property([streams])("every finding names a symbol and a date that came in", (stream) => {
      const quality = new DataQuality();
      const intake = new BarIntake(new BarStore(), quality);
      for (const frame of stream) intake.take(frame);
      const { findings, barsTaken, barsRefused, counts } = quality.report();
      const dates = new Set(stream.map((frame) => frame.date));
      for (const { symbol, date } of findings) {
        expect("ABCD".includes(symbol) && symbol.length === 1).toBe(true);
        expect(dates.has(date)).toBe(true);
      }
      expect(barsTaken + barsRefused).toBe(stream.reduce((sum, { bars: all }) => sum + all.length, 0));
      const refusals = barsRefused + counts.gap + counts.split;
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(refusals);
    });
  });
});
