import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createCsvFeed } from "../../../src/feeds/csv-feed.js";
import { createReplayFeed } from "../../../src/feeds/replay-feed.js";
import { createSimulatedFeed } from "../../../src/feeds/simulated-feed.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { describeFeedContract } from "./feed-contract.js";
import { keepingLogger } from "./keeping-logger.js";
import { makeReplayData } from "./replay-data.js";

let folder: string;
let header: string;
let rows: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nautilus-feed-"));
  [header = "", ...rows] = readFileSync(makeReplayData(), "utf8").trim().split("\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The first frames of the real data: two rows each. */
function realData(frames: number): string {
  const path = join(folder, `first-${frames}.csv`);
  writeFileSync(path, [header, ...rows.slice(0, 2 * frames), ""].join("\n"));
  return path;
}

describeFeedContract("replay", {
  seeded: true,
  create: ({ seed, frames, ...options }) =>
    createReplayFeed({
      ...options,
      log: keepingLogger(),
      random: createRandom(seed),
      universe: 4,
      path: realData(frames),
    }),
});

describeFeedContract("csv", {
  seeded: false,
  create: ({ clock, speed, liveBars, frames }) =>
    createCsvFeed({ clock, speed, liveBars, log: keepingLogger(), paths: [realData(frames)], strictData: false }),
});

describeFeedContract("simulated", {
  seeded: true,
  create: ({ seed, frames, ...options }) =>
    createSimulatedFeed({ ...options, log: keepingLogger(), random: createRandom(seed), universe: 4, bars: frames }),
});
