// What only threads can do, and what can only happen to them. The grace of a cancelled kernel passes on a virtual clock.
import { spawnSync } from "node:child_process";
import { threadId } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../src/contracts/pool.js";
import { defineKernel } from "../../../src/contracts/pool.js";
import { createThreadPool, type ThreadPoolOptions } from "../../../src/kernel/thread-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { echo, endless, exiting, runningThread, sum, unsendable } from "./pool-kernels.js";

const KERNELS = new URL("./pool-kernels.ts", import.meta.url);
const GRACE_MS = 300;

describe("createThreadPool", () => {
  const created: Pool[] = [];
  afterAll(() => Promise.all(created.map((pool) => pool.close())));

  function make(options: Partial<ThreadPoolOptions> = {}): { pool: Pool; clock: VirtualClock } {
    const clock = new VirtualClock();
    const pool = createThreadPool({
      clock,
      kernelModules: [KERNELS.href],
      threads: 1,
      maxQueued: 2,
      cancelGraceMs: GRACE_MS,
      ...options,
    });
    created.push(pool);
    return { pool, clock };
  }

  /** Shared memory in which the endless kernel counts its starts. */
  function startCount(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(4));
  }

  async function untilStarted(count: Int32Array): Promise<void> {
    while (Atomics.load(count, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

  it("runs kernels off the calling thread, on threads that it starts when they are needed", async () => {
    const { pool } = make({ threads: 2 });
    expect(pool.stats().threads).toBe(0);
    const first = await pool.run(runningThread, undefined);
    expect(first).not.toBe(threadId);
    expect(await pool.run(runningThread, undefined)).toBe(first);
    expect(pool.stats().threads).toBe(1);
    const both = await Promise.all([pool.run(runningThread, undefined), pool.run(runningThread, undefined)]);
    expect(new Set(both).size).toBe(2);
    expect(pool.stats()).toEqual({ threads: 2, running: 0, queued: 0, completed: 4, failed: 0 });
  });

  it("gives INTERNAL for a kernel that its module does not export", async () => {
    const { pool } = make();
    const unknown = defineKernel("unknown", import.meta.url, () => 1);
    await expect(pool.run(unknown, undefined)).rejects.toMatchObject({
      code: "INTERNAL",
      message: "the pool has no kernel unknown: its engine must declare it, and its module export it",
    });
  });

  it("gives INTERNAL when its module cannot be loaded", async () => {
    const { pool } = make({ kernelModules: [new URL("./no-such-module.ts", import.meta.url).href] });
    const answers = await Promise.allSettled([pool.run(sum, ones(1)), pool.run(sum, ones(2))]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "INTERNAL" } });
      expect(String((answer as PromiseRejectedResult).reason)).toContain("while it ran sum");
    }
    expect(pool.stats().threads).toBe(0);
  });

  it("ends the thread of a cancelled kernel after the grace, not before, and goes on", async () => {
    const { pool, clock } = make();
    const caller = new AbortController();
    const started = startCount();
    const answer = pool.run(endless, started, caller.signal);
    const failure = expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    await untilStarted(started);
    const next = pool.run(sum, ones(3));
    caller.abort();
    await failure;
    await clock.advance(GRACE_MS - 1);
    expect(pool.stats()).toMatchObject({ threads: 1, running: 1, queued: 1 });
    await clock.advance(1);
    expect(await next).toBe(3);
    expect(clock.pending).toBe(0);
    expect(pool.stats()).toEqual({ threads: 1, running: 0, queued: 0, completed: 1, failed: 1 });
  });

  it("keeps the thread of a cancelled kernel that ends within the grace", async () => {
    const { pool, clock } = make();
    const before = await pool.run(runningThread, undefined);
    const caller = new AbortController();
    const answer = pool.run(sum, ones(5), caller.signal);
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    const next = pool.run(runningThread, undefined);
    expect(clock.pending).toBe(1);
    expect(await next).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it("refuses more than its queue holds, and frees the place of a caller that gave up", async () => {
    const { pool } = make();
    const caller = new AbortController();
    const blocker = new AbortController();
    const started = startCount();
    const running = expect(pool.run(endless, started, blocker.signal)).rejects.toMatchObject({ code: "CANCELLED" });
    await untilStarted(started);
    const waiting = expect(pool.run(sum, ones(1))).rejects.toMatchObject({ code: "CANCELLED" });
    const leaving = expect(pool.run(sum, ones(2), caller.signal)).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(pool.run(sum, ones(3))).rejects.toMatchObject({ code: "OVERLOADED", retryable: true });
    expect(pool.stats()).toMatchObject({ running: 1, queued: 2, failed: 1 });

    caller.abort();
    await leaving;
    expect(pool.stats()).toMatchObject({ running: 1, queued: 1, failed: 2 });
    const replacing = expect(pool.run(sum, ones(4))).rejects.toMatchObject({ code: "CANCELLED" });
    expect(pool.stats().queued).toBe(2);

    await pool.close();
    await Promise.all([running, waiting, replacing]);
    expect(pool.stats()).toEqual({ threads: 0, running: 0, queued: 0, completed: 0, failed: 5 });
  });

  it("fails what ran on a thread that ended, and replaces the thread", async () => {
    const { pool } = make();
    const lost = expect(pool.run(exiting, 3)).rejects.toMatchObject({
      code: "INTERNAL",
      message: "a pool thread ended while it ran exiting",
    });
    const next = pool.run(sum, ones(4));
    await lost;
    expect(await next).toBe(4);
  });

  it("gives INTERNAL for an input that cannot go to a thread, waiting or not, and goes on", async () => {
    const { pool } = make();
    const unfit = { code: "INTERNAL", message: expect.stringContaining("the input of echo cannot go to a thread") };
    await expect(pool.run(echo, () => 1)).rejects.toMatchObject(unfit);
    const running = pool.run(sum, ones(2));
    await expect(pool.run(echo, () => 2)).rejects.toMatchObject(unfit);
    expect(await running).toBe(2);
    expect(await pool.run(sum, ones(3))).toBe(3);
    expect(pool.stats()).toEqual({ threads: 1, running: 0, queued: 0, completed: 2, failed: 2 });
  });

  it("gives INTERNAL for an output that cannot come back, and goes on", async () => {
    const { pool } = make();
    await expect(pool.run(unsendable, undefined)).rejects.toMatchObject({ code: "INTERNAL" });
    expect(await pool.run(sum, ones(6))).toBe(6);
  });

  it("ends an endless kernel when it is closed", async () => {
    const { pool, clock } = make({ threads: 2 });
    const caller = new AbortController();
    const [first, second] = [startCount(), startCount()];
    const wanted = expect(pool.run(endless, first)).rejects.toMatchObject({ code: "CANCELLED" });
    const unwanted = expect(pool.run(endless, second, caller.signal)).rejects.toMatchObject({ code: "CANCELLED" });
    await Promise.all([untilStarted(first), untilStarted(second)]);
    caller.abort();
    await pool.close();
    await Promise.all([wanted, unwanted]);
    expect(pool.stats()).toEqual({ threads: 0, running: 0, queued: 0, completed: 0, failed: 2 });
    expect(clock.pending).toBe(0);
  });

  it("waits for what runs, then keeps no process alive", () => {
    const program = `
      import { createThreadPool } from "${new URL("../../../src/kernel/thread-pool.ts", import.meta.url).href}";
      import { systemClock } from "${new URL("../../../src/kernel/system-clock.ts", import.meta.url).href}";
      import { sum } from "${KERNELS.href}";
      const pool = createThreadPool({ clock: systemClock, kernelModules: ["${KERNELS.href}"], threads: 1 });
      pool.run(sum, Float64Array.of(20, 22)).then((total) => console.log(total));
    `;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { encoding: "utf8", timeout: 20_000 },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "42\n", stderr: "" });
  });
});
