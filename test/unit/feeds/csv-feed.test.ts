import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketFeed, Frame, RawBar } from "../../../src/domain/market-feed.js";
import { createCsvFeed } from "../../../src/feeds/csv-feed.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { keepingLogger, type KeepingLogger } from "../../contract/feed/keeping-logger.js";
import { recorder } from "../../contract/feed/recorder.js";
import { describeWith } from "../../support/requirements.js";
import { sharedData, sharedDataPath } from "../../support/shared-data.js";
import { property } from "../../support/property.js";
import { dataFolder } from "./data-folder.js";

const HEADER = "date,symbol,open,high,low,close,volume";
const ROW = "2020-01-02,A,10,12,9,11,500";
const BAR: RawBar = { date: "2020-01-02", symbol: "A", open: 10, high: 12, low: 9, close: 11, volume: 500 };

interface Options {
  readonly strictData?: boolean;
  readonly log?: KeepingLogger;
}

function feedOf(paths: readonly string[], { strictData = false, log = keepingLogger() }: Options = {}): MarketFeed {
  return createCsvFeed({ clock: new VirtualClock(), log, paths, strictData, speed: "max", liveBars: 0 });
}

async function read(
  paths: readonly string[],
  options?: Options,
): Promise<{ feed: MarketFeed; frames: readonly Frame[] }> {
  const feed = feedOf(paths, options);
  const listener = recorder();
  feed.subscribe(listener);
  await feed.start();
  return { feed, frames: listener.all };
}

function refusal(message: string, details: Record<string, unknown> = {}): unknown {
  return expect.objectContaining({
    code: "INVALID_INPUT",
    message: expect.stringContaining(message),
    details: expect.objectContaining(details),
  });
}

describe("createCsvFeed", () => {
  const folder = dataFolder();

  it("reads rows in any order as frames in order of date", async () => {
    const path = folder.write("a.csv", [HEADER, "2020-01-03,B,1,1,1,1,0", ROW, "2020-01-02,B,2,2,2,2,7"].join("\n"));
    const { feed, frames } = await read([path]);
    expect(frames).toEqual([
      { date: "2020-01-02", bars: [BAR, { ...BAR, symbol: "B", open: 2, high: 2, low: 2, close: 2, volume: 7 }] },
      {
        date: "2020-01-03",
        bars: [{ date: "2020-01-03", symbol: "B", open: 1, high: 1, low: 1, close: 1, volume: 0 }],
      },
    ]);
    expect(feed.status()).toMatchObject({
      rowsRead: 3,
      rowsSkipped: 0,
      series: [
        { symbol: "A", origin: "real" },
        { symbol: "B", origin: "real" },
      ],
    });
  });

  it.each([
    [
      "another order and case, and columns of no interest",
      "Volume,Close,Low,High,Open,Adj Close,Symbol,DATE",
      "500,11,9,12,10,3,A,2020-01-02",
    ],
    ["quotes, with commas and quotes inside", `note,${HEADER}`, `"a, ""b""",2020-01-02,"A","10",12,9,11,500`],
    ["spaces around fields", "date, symbol, open, high, low, close, volume", " 2020-01-02 , A , 10 ,12,9,11, 500 "],
    ["numbers in exponent form", HEADER, "2020-01-02,A,1e1,+12,9.0,11.,.5E3"],
  ])("reads %s", async (_, header, row) => {
    expect((await read([folder.write("a.csv", `${header}\n${row}\n`)])).frames).toEqual([
      { date: BAR.date, bars: [BAR] },
    ]);
  });

  it("reads a byte order mark, carriage returns, blank lines and a last line without its end", async () => {
    const path = folder.write("a.csv", `\uFEFF${HEADER}\r\n\r\n${ROW}\r\n\r\n2020-01-03,A,1,1,1,1,1`);
    const { feed, frames } = await read([path]);
    expect(frames.map((frame) => frame.date)).toEqual(["2020-01-02", "2020-01-03"]);
    expect(feed.status().rowsRead).toBe(2);
  });

  it("reads several files, folders and gzip as one", async () => {
    folder.write("b.csv", `${HEADER}\n2020-01-02,B,1,1,1,1,1\n`);
    folder.write("a.csv.gz", gzipSync(`${HEADER}\n${ROW}\n`));
    folder.write("notes.txt", "not data");
    mkdirSync(join(folder.path(), "deeper"));
    const single = folder.write("single.txt", `${HEADER}\n2020-01-02,C,1,1,1,1,1\n`);
    const { frames } = await read([single, folder.path(), single]);
    expect(frames.flatMap((frame) => frame.bars.map((bar) => bar.symbol))).toEqual(["C", "A", "B"]);
  });

  it.each([
    ["2020-01-02,A,abc,12,9,11,500", "open", '"abc" is not a number'],
    ["2020-01-02,A,,12,9,11,500", "open", '"" is not a number'],
    ["2020-01-02,A,0x10,12,9,11,500", "open", '"0x10" is not a number'],
    ["2020-01-02,A,NaN,12,9,11,500", "open", '"NaN" is not a number'],
    ["2020-01-02,A,1e999,12,9,11,500", "open", "Infinity is not a finite number"],
    ["2020-01-02,A,10,12,9,-11,500", "close", "-11 is not a positive price"],
    ["2020-01-02,A,10,12,9,11,-500", "volume", "-500 is negative"],
    ["2020-01-02,A,10,8,9,11,500", "high", "the high 8 is below the low 9"],
    ["2020-01-02,A,10,12,9,13,500", "close", "the close 13 lies outside of low 9 to high 12"],
    ["2020-02-30,A,10,12,9,11,500", "date", '"2020-02-30" is not a date like 2020-01-31'],
    ["02.01.2020,A,10,12,9,11,500", "date", '"02.01.2020" is not a date like 2020-01-31'],
    ["2020-01-02,,10,12,9,11,500", "symbol", '"" is not a symbol'],
    ["2020-01-02,__proto__,10,12,9,11,500", "symbol", '"__proto__" is not a symbol'],
    ["2020-01-02,A,10,12,9", "close", "missing: the row ends after 5 of 7 fields"],
    ["2020-01-02,A,1,000,12,9,11,500", "8", "the row has 8 fields, its header 7"],
    ['2020-01-02,"A,10,12,9,11,500', "date", "a quote is not closed, or stands inside of a field"],
  ])("skips and counts the row %s", async (row, column, reason) => {
    const log = keepingLogger();
    const path = folder.write("a.csv", [HEADER, ROW, row, "2020-01-03,A,1,1,1,1,1"].join("\n"));
    const { feed, frames } = await read([path], { log });
    expect(frames).toHaveLength(2);
    const problem = `${path}: line 3, column ${column}: ${reason}`;
    expect(feed.status()).toMatchObject({ rowsRead: 3, rowsSkipped: 1, problems: [problem] });
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ skipped: 1, first: problem }) }),
    );
  });

  it("stops at the first bad row when strict, naming file, line and column", async () => {
    const path = folder.write("a.csv", [HEADER, ROW, "2020-01-03,A,x,1,1,1,1"].join("\n"));
    const feed = feedOf([path], { strictData: true });
    const message = `${path}: line 3, column open: "x" is not a number`;
    await expect(feed.start()).rejects.toEqual(refusal(message, { file: path, line: 3, column: "open" }));
    expect(feed.status().state).toBe("failed");
  });

  it("keeps the first hundred problems and counts the rest", async () => {
    const bad = Array.from({ length: 150 }, (_, index) => `2020-01-02,A,bad${index},1,1,1,1`);
    const { feed } = await read([folder.write("a.csv", [HEADER, ...bad, ROW].join("\n"))]);
    expect(feed.status()).toMatchObject({ rowsRead: 151, rowsSkipped: 150 });
    expect(feed.status().problems).toHaveLength(100);
    expect(feed.status().problems[99]).toContain("line 101");
  });

  it.each([
    ["an empty file", "a.csv", "", "the file is empty"],
    ["an empty gz", "a.csv.gz", gzipSync(""), "the file is empty"],
    ["a gz of no bytes", "a.csv.gz", "", "the file is empty"],
    ["a header without rows", "a.csv", `${HEADER}\n`, "no row with a bar after the header"],
    ["only bad rows", "a.csv", `${HEADER}\nx,A,1,1,1,1,1\n`, "the first problem: "],
    ["a missing column", "a.csv", "date,symbol,open,high,low,close\n", "column volume is missing"],
    ["a column named twice", "a.csv", `${HEADER},Close\n`, "column close appears 2 times"],
    ["another separator", "a.csv", "date;symbol;open;high;low;close;volume\n", "column date is missing"],
    ["a gz that is none", "a.csv.gz", HEADER, "is not a gz file, or a damaged one"],
    ["something else altogether", "a.csv", new Uint8Array(200_000).fill(65), "line 1 is longer than 65536 characters"],
  ])("refuses %s, naming it", async (_, name, content, message) => {
    const path = folder.write(name, content);
    await expect(read([path])).rejects.toEqual(refusal(message, { file: path }));
  });

  it("names file and column of a missing column", async () => {
    const path = folder.write("a.csv", "date,symbol,open,high,low,last,volume\n");
    await expect(read([path])).rejects.toEqual(refusal(`${path}: column close is missing`, { column: "close" }));
  });

  it("refuses a gz that is cut off or damaged anywhere", async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, day) => `2020-01-02,S${day},${day + 1},${day + 2},1,${day + 1},${day}`,
    );
    const whole = gzipSync([HEADER, ...rows].join("\n"));
    for (const share of [0.01, 0.5, 0.99]) {
      const path = folder.write("cut.csv.gz", whole.subarray(0, Math.floor(whole.length * share)));
      await expect(read([path])).rejects.toEqual(refusal(`${path}: the gz file is cut off`, { file: path }));
    }
    const damaged = Uint8Array.from(whole);
    for (let at = 5000; at < 5050; at += 1) damaged[at]! ^= 0xff;
    const path = folder.write("damaged.csv.gz", damaged);
    await expect(read([path])).rejects.toEqual(refusal("is not a gz file, or a damaged one", { file: path }));
  });

  it("refuses a path that is not there and a folder without data", async () => {
    const missing = join(folder.path(), "none.csv");
    await expect(read([missing])).rejects.toEqual(refusal(`${missing}: no such file or folder`, { file: missing }));
    const empty = join(folder.path(), "empty");
    mkdirSync(empty);
    await expect(read([empty])).rejects.toEqual(refusal(`${empty}: no *.csv or *.csv.gz in this folder`));
    await expect(read([])).rejects.toEqual(refusal("needs a file or a folder"));
  });

  it("passes a second bar of a date on: judging it is not its task", async () => {
    const { frames } = await read([folder.write("a.csv", [HEADER, ROW, ROW].join("\n"))]);
    expect(frames).toEqual([{ date: BAR.date, bars: [BAR, BAR] }]);
  });

  const price = fc.double({ min: 0.0001, max: 1e6, noNaN: true });
  const anyBar = fc
    .record({
      symbol: fc.constantFrom("A", "B.C", "^D"),
      day: fc.integer({ min: 1, max: 28 }),
      prices: fc.tuple(price, price, price, price),
      volume: fc.nat(),
    })
    .map(({ symbol, day, prices, volume }): RawBar => {
      const [low, open, close, high] = prices.toSorted((a, b) => a - b) as [number, number, number, number];
      return { symbol, date: `2021-02-${String(day).padStart(2, "0")}`, open, high, low, close, volume };
    });

  property([fc.array(anyBar, { minLength: 1, maxLength: 40 }), fc.constantFrom("\n", "\r\n"), fc.boolean()])(
    "reads back every bar that was written",
    async (bars, end, quoted) => {
      const quote = (field: unknown): string => (quoted ? `"${String(field)}"` : String(field));
      const lines = bars.map((bar) =>
        [bar.date, bar.symbol, bar.open, bar.high, bar.low, bar.close, bar.volume].map(quote).join(","),
      );
      const { frames } = await read([folder.write("a.csv", [HEADER, ...lines, ""].join(end))]);
      const dates = [...new Set(bars.map((bar) => bar.date))].sort();
      expect(frames).toEqual(dates.map((date) => ({ date, bars: bars.filter((bar) => bar.date === date) })));
    },
  );
});

const US9 = "us9-ohlcv/us9-ohlcv-1998-2021.csv.gz";

describeWith(sharedData(US9), "createCsvFeed on nine US shares", () => {
  it("loads every row of 23 years", async () => {
    const { feed, frames } = await read([sharedDataPath(US9)], { strictData: true });
    expect(feed.status()).toMatchObject({ rowsRead: 43_925, rowsSkipped: 0, lastDate: "2021-03-31" });
    expect(feed.status().series.map(({ symbol }) => symbol)).toEqual([
      "AAPL",
      "AIG",
      "BAC",
      "EEM",
      "IBM",
      "IWM",
      "QQQ",
      "SPY",
      "WM",
    ]);
    expect(frames).toHaveLength(5849);
    expect(frames[0]?.bars.find((bar) => bar.symbol === "AIG")?.close).toBe(514.001);
    expect(frames.at(-1)?.bars).toHaveLength(9);
  });
});
