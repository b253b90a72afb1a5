import { describe, expect, it } from "vitest";
import { drainJobs } from "../../../src/kernel/virtual-clock.js";

const LONG = 1000;

/** Settles after so many promise jobs, each made by the one before. */
async function chain(jobs: number, done: () => void): Promise<void> {
  for (let job = 0; job < jobs; job += 1) await Promise.resolve();
  done();
}

describe("drainJobs", () => {
  it("resolves after every promise job, and those that they make", async () => {
    let isDone = false;
    void chain(LONG, () => (isDone = true));
    await drainJobs();
    expect(isDone).toBe(true);
  });

  it("does so where it is called from a tick, whose jobs have not run yet", async () => {
    let isDone = false;
    await new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        void chain(LONG, () => (isDone = true));
        drainJobs().then(resolve, reject);
      });
    });
    expect(isDone).toBe(true);
  });

  it("takes no turn of the event loop", async () => {
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    for (let times = 0; times < LONG; times += 1) await drainJobs();
    expect(hasTurned).toBe(false);
  });
});
