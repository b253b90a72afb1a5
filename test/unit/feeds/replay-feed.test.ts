import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barFault } from "../../../src/domain/bar-fault.js";
import type { Frame } from "../../../src/domain/market-feed.js";
import { findReplayData } from "../../../src/feeds/replay-data.js";
import { createReplayFeed } from "../../../src/feeds/replay-feed.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { keepingLogger } from "../../contract/feed/keeping-logger.js";
import { recorder } from "../../contract/feed/recorder.js";
import { makeReplayData } from "../../contract/feed/replay-data.js";
import { dataFolder } from "./data-folder.js";

interface Options {
  readonly universe: number;
  readonly seed?: number;
  readonly path?: string;
}

async function replay({ universe, seed = 1, path }: Options): Promise<{
  readonly frames: readonly Frame[];
  readonly series: ReadonlyMap<string, string>;
}> {
  const feed = createReplayFeed({
    clock: new VirtualClock(),
    log: keepingLogger(),
    random: createRandom(seed),
    universe,
    speed: "max",
    liveBars: 0,
    ...(path !== undefined && { path }),
  });
  const listener = recorder();
  feed.subscribe(listener);
  await feed.start();
  return { frames: listener.all, series: new Map(feed.status().series.map(({ symbol, origin }) => [symbol, origin])) };
}

/** The frames without the bars of other symbols. */
function only(frames: readonly Frame[], keep: (symbol: string) => boolean): Frame[] {
  return frames.map(({ date, bars }) => ({ date, bars: bars.filter((bar) => keep(bar.symbol)) }));
}

describe("createReplayFeed", () => {
  const folder = dataFolder();
  let data: string;

  beforeAll(() => {
    data = makeReplayData();
  });

  it("plays the real index and share over the dates that both have", async () => {
    const { frames } = await replay({ universe: 0 });
    expect(frames).toHaveLength(1260);
    expect([frames[0]?.date, frames.at(-1)?.date]).toEqual(["2013-05-13", "2018-05-11"]);
    expect(frames.at(-1)?.bars).toEqual([
      {
        symbol: "AAPL",
        date: "2018-05-11",
        open: 189.490005,
        high: 190.059998,
        low: 187.449997,
        close: 188.589996,
        volume: 25806600,
      },
      {
        symbol: "SPX",
        date: "2018-05-11",
        open: 2722.699951,
        high: 2732.860107,
        low: 2717.449951,
        close: 2727.719971,
        volume: 2862700000,
      },
    ]);
  });

  it("marks what is real and what is generated", async () => {
    const { series, frames } = await replay({ universe: 3 });
    expect([...series]).toEqual([
      ["AAPL", "real"],
      ["SPX", "real"],
      ["SYN0001", "synthetic"],
      ["SYN0002", "synthetic"],
      ["SYN0003", "synthetic"],
    ]);
    for (const bar of frames.flatMap((frame) => frame.bars)) expect(barFault(bar)).toBeUndefined();
  });

  it("generates the same first constituents whatever their number", async () => {
    const few = await replay({ universe: 30 });
    const many = await replay({ universe: 100 });
    expect(only(many.frames, (symbol) => few.series.has(symbol))).toEqual(few.frames);
    expect(many.series.size).toBe(102);
  });

  it("generates nothing from what comes later: cut-off data gives the same bars, bit for bit", async () => {
    const whole = await replay({ universe: 8 });
    const [header = "", ...rows] = readFileSync(data, "utf8").trim().split("\n");
    for (const frames of [1, 2, 300, 1259]) {
      const path = folder.write(`cut-${frames}.csv`, [header, ...rows.slice(0, 2 * frames)].join("\n"));
      expect((await replay({ universe: 8, path })).frames).toEqual(whole.frames.slice(0, frames));
    }
  });

  it("generates anew with another seed, and leaves the real bars alone", async () => {
    const [one, two] = [await replay({ universe: 2, seed: 1 }), await replay({ universe: 2, seed: 2 })];
    const isReal = (symbol: string): boolean => !symbol.startsWith("SYN");
    expect(only(two.frames, isReal)).toEqual(only(one.frames, isReal));
    const closes = (frames: readonly Frame[]): unknown => only(frames, (symbol) => !isReal(symbol)).slice(0, 1);
    expect(closes(two.frames)).not.toEqual(closes(one.frames));
  });

  it("refuses data that has no index or is not whole", async () => {
    const header = "date,symbol,open,high,low,close,volume";
    const other = folder.write("other.csv", `${header}\n2020-01-02,AAPL,1,1,1,1,1\n`);
    await expect(replay({ universe: 1, path: other })).rejects.toMatchObject({
      message: `${other}: has no series SPX`,
    });
    const bad = folder.write("bad.csv", `${header}\n2020-01-02,SPX,1,1,1,x,1\n`);
    await expect(replay({ universe: 1, path: bad })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("line 2, column close"),
    });
    await expect(replay({ universe: 1, path: "nowhere.csv" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("findReplayData", () => {
  it("finds what the build made", () => {
    makeReplayData();
    expect(readFileSync(findReplayData(), "utf8")).toMatch(/^date,symbol,open,high,low,close,volume\n2013-05-13,AAPL,/);
  });
});

describe("build-data", () => {
  const outDir = mkdtempSync(join(tmpdir(), "nautilus-build-data-"));
  afterAll(() => rmSync(outDir, { recursive: true }));

  it("takes every bar of both sources over their common dates, unchanged, and says where it is from", () => {
    const script = fileURLToPath(new URL("../../../scripts/build-data.mjs", import.meta.url));
    execFileSync(process.execPath, [script, outDir], { stdio: "pipe" });
    const csv = readFileSync(join(outDir, "data", "replay.csv"), "utf8");
    const rows = csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));

    const aapl = fileURLToPath(import.meta.resolve("@observablehq/sample-datasets/aapl.csv"));
    const spx = join(dirname(fileURLToPath(import.meta.resolve("vega-datasets"))), "../data/sp500-2000.csv");
    for (const [symbol, path] of [
      ["AAPL", aapl],
      ["SPX", spx],
    ] as const) {
      const source = readFileSync(path, "utf8")
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(","));
      const expected = source
        .filter(([date = ""]) => date >= "2013-05-13" && date <= "2018-05-11")
        .map(([date, open, high, low, close, , volume]) => [
          date,
          symbol,
          ...[open, high, low, close, volume].map(Number),
        ]);
      const made = rows
        .filter((row) => row[1] === symbol)
        .map(([date, , ...values]) => [date, symbol, ...values.map(Number)]);
      expect(made).toEqual(expected);
    }

    const provenance = JSON.parse(readFileSync(join(outDir, "data", "provenance.json"), "utf8")) as unknown;
    expect(provenance).toMatchObject({
      sha256: createHash("sha256").update(csv).digest("hex"),
      rows: 2520,
      firstDate: "2013-05-13",
      lastDate: "2018-05-11",
      series: [
        { symbol: "AAPL", origin: "real", package: expect.stringMatching(/^@observablehq\/sample-datasets \d/) },
        { symbol: "SPX", origin: "real", package: expect.stringMatching(/^vega-datasets \d/) },
      ],
    });
  });
});
