import { performance } from "node:perf_hooks";
import { afterEach, describe, expect, it } from "vitest";
import { createProcessStats, nodeVersion, spareCores, type ProcessStats } from "../../../src/kernel/process-stats.js";

const BUSY_MS = 60;
const ROUNDS = 40;

/** Holds up the event loop, as a kernel would that runs on it. */
function beBusy(): void {
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("createProcessStats", () => {
  let stats: ProcessStats;
  afterEach(() => stats.close());

  it("says how much memory the process holds", () => {
    stats = createProcessStats();
    expect(stats.residentBytes()).toBeGreaterThan(10e6);
    expect(stats.residentBytes()).toBeLessThan(64e9);
  });

  it("knows no delay before it measured one", () => {
    stats = createProcessStats();
    expect(stats.eventLoopDelayMs()).toEqual({ p50: 0, p99: 0, max: 0 });
  });

  it("measures how late the event loop runs, until it is told to forget", async () => {
    stats = createProcessStats();
    for (let round = 0; round < ROUNDS && stats.eventLoopDelayMs().max < BUSY_MS / 2; round += 1) {
      beBusy();
      await nextTurn();
    }
    const { p50, p99, max } = stats.eventLoopDelayMs();
    expect(max).toBeGreaterThanOrEqual(BUSY_MS / 2);
    expect(max).toBeLessThan(ROUNDS * 1_000);
    expect(p50).toBeGreaterThanOrEqual(0);
    expect(p99).toBeGreaterThanOrEqual(p50);
    stats.forget();
    expect(stats.eventLoopDelayMs()).toEqual({ p50: 0, p99: 0, max: 0 });
  });

  it("measures no more once it is closed", async () => {
    stats = createProcessStats();
    stats.close();
    for (let round = 0; round < 3; round += 1) {
      beBusy();
      await nextTurn();
    }
    expect(stats.eventLoopDelayMs()).toEqual({ p50: 0, p99: 0, max: 0 });
  });
});

describe("nodeVersion", () => {
  it("is the version of the running Node", () => {
    expect(nodeVersion()).toBe(`v${process.versions.node}`);
  });
});

describe("spareCores", () => {
  it("leaves a core to the event loop, keeps one at least and takes four at most", () => {
    expect([1, 2, 3, 4, 5, 6, 64].map(spareCores)).toEqual([1, 1, 2, 3, 4, 4, 4]);
  });
});
