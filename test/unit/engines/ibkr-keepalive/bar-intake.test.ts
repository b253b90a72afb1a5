import { describe, expect, it } from "vitest";
import type { Frame } from "../../../../src/domain/market-feed.js";
import { BarIntake } from "../../../../src/engines/ibkr-keepalive/bar-intake.js";
import { BarStore } from "../../../../src/engines/ibkr-keepalive/bar-store.js";
import { DataQuality, type Finding, type QualityReport } from "../../../../src/engines/ibkr-keepalive/data-quality.js";
import { barOf, dateOf, frameOf, frames } from "./frames.js";

interface Taken {
  readonly store: BarStore;
  readonly report: QualityReport;
  readonly findings: readonly Finding[];
}

function take(all: readonly Frame[]): Taken {
  const store = new BarStore();
  const quality = new DataQuality();
  const intake = new BarIntake(store, quality);
  for (const frame of all) intake.take(frame);
  const report = quality.report();
  return { store, report, findings: report.findings };
}

describe("BarIntake", () => {
  it("takes good bars and finds nothing", () => {
    const { store, report } = take(frames(30, ["A", "B"]));
    expect(report).toMatchObject({ frames: 30, barsTaken: 60, barsRefused: 0, findings: [] });
    expect(store.dates).toHaveLength(30);
    expect(store.sessions).toHaveLength(30);
    expect(store.series.get("B")?.closeOf(29)).toBe(129);
  });

  it("refuses a frame that is not after the last, bar by bar", () => {
    const [first, second, third] = frames(3, ["A", "B"]) as [Frame, Frame, Frame];
    const { report, findings, store } = take([first, third, second, third]);
    expect(store.dates).toEqual([first.date, third.date]);
    expect(report).toMatchObject({ barsTaken: 4, barsRefused: 4, counts: expect.objectContaining({ order: 4 }) });
    expect(findings[0]).toEqual({
      kind: "order",
      symbol: "A",
      date: second.date,
      detail: `comes after the frame of ${third.date}`,
    });
  });

  it("refuses a bar of another date than its frame", () => {
    const frame = { date: dateOf(0), bars: [barOf("A", dateOf(0), 1), barOf("B", dateOf(1), 1)] };
    const { findings, store } = take([frame]);
    expect(findings).toMatchObject([{ kind: "order", symbol: "B", date: dateOf(1) }]);
    expect([...store.series.keys()]).toEqual(["A"]);
  });

  it("keeps the first of two bars of a date, however the symbol is spaced", () => {
    const date = dateOf(0);
    const { store, findings } = take([
      { date, bars: [barOf("A", date, 1), barOf(" A ", date, 2), barOf("A", date, 3)] },
    ]);
    expect(store.series.get("A")?.closeOf(0)).toBe(1);
    expect(findings).toMatchObject([
      { kind: "duplicate", symbol: "A", date },
      { kind: "duplicate", symbol: "A", date },
    ]);
  });

  it.each([
    [{ close: NaN }, "not_a_number", "close: NaN is not a finite number"],
    [{ open: 0 }, "not_positive", "open: 0 is not a positive price"],
    [{ high: 1 }, "inconsistent", "high: the high 1 is below the low 99"],
  ])("refuses a bar with %o", (change, kind, detail) => {
    const date = dateOf(1);
    const [before] = frames(1, ["A", "B"]) as [Frame];
    const bad = { ...barOf("A", date, 100), ...change };
    const { findings, report } = take([before, { date, bars: [bad, barOf("B", date, 101)] }]);
    expect(report.barsRefused).toBe(1);
    expect(findings).toEqual([
      { kind, symbol: "A", date, detail },
      { kind: "gap", symbol: "A", date, detail: "no bar" },
    ]);
  });

  it("finds a gap where a series has no bar on a date of the common calendar, until it has long stopped", () => {
    const stops = frames(40, ["A", "B", "C"], (symbol, day) => symbol !== "C" || day < 5 || day === 7);
    const { findings, report } = take(stops);
    expect(findings.slice(0, 3).map(({ kind, symbol, date }) => [kind, symbol, date])).toEqual([
      ["gap", "C", dateOf(5)],
      ["gap", "C", dateOf(6)],
      ["gap", "C", dateOf(8)],
    ]);
    expect(report.counts.gap).toBe(2 + 10);
  });

  it("does not take a date for part of the calendar on which most series have no bar", () => {
    const symbols = ["A", "B", "C", "COIN"];
    const { store, report } = take(frames(14, symbols, (symbol, day) => symbol === "COIN" || day % 7 < 5));
    expect(store.dates).toHaveLength(14);
    expect(store.sessions).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);
    expect(report.counts.gap).toBe(0);
  });

  it("keeps the calendar going where most series of the past have stopped trading", () => {
    const symbols = ["A", "B", "C", "D", "E"];
    const { store } = take(frames(60, symbols, (symbol, day) => symbol < "C" || day < 20));
    expect(store.sessions.at(-1)).toBe(59);
    // While it is not yet known that they have stopped, two of five are not enough.
    expect(store.sessions).toHaveLength(60 - 10);
  });

  it("flags what looks like an unadjusted split, and leaves it as it is", () => {
    const all = frames(10, ["A", "B", "C"]);
    all.push(frameOf(dateOf(10), { A: 109 / 2, B: 110, C: 110 }), frameOf(dateOf(11), { A: 55, B: 333, C: 111 }));
    const { store, findings } = take(all);
    expect(findings).toEqual([
      {
        kind: "split",
        symbol: "A",
        date: dateOf(10),
        detail:
          "opens at 0.5000 times the last close, like an unadjusted 2-for-1 split, while the other series moved 0.9 %",
      },
      {
        kind: "split",
        symbol: "B",
        date: dateOf(11),
        detail:
          "opens at 3.0273 times the last close, like an unadjusted 1-for-3 reverse split, while the other series moved 0.9 %",
      },
    ]);
    expect(store.series.get("A")?.closeOf(10)).toBe(54.5);
  });

  it("judges a frame by nothing that comes later", () => {
    const all = frames(30, ["A", "B", "C"], (symbol, day) => (day * 7 + symbol.charCodeAt(0)) % 5 !== 0);
    const whole = take(all).findings;
    for (const days of [5, 17, 29]) {
      const upTo = dateOf(days - 1);
      expect(take(all.slice(0, days)).findings).toEqual(whole.filter(({ date }) => date <= upTo));
    }
  });

  it("counts every finding and keeps the newest 256", () => {
    const date = dateOf(0);
    const bars = Array.from({ length: 300 }, (_, index) => ({ ...barOf(`S${index}`, date, 1), close: NaN }));
    const { report } = take([{ date, bars }]);
    expect(report.counts.not_a_number).toBe(300);
    expect(report.findings).toHaveLength(256);
    expect(report.findings.at(-1)?.symbol).toBe("S299");
  });
});
