import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assessHealth } from "../../../../src/actors/engine-host/health-rules.js";
import { OperationMeter } from "../../../../src/actors/engine-host/operation-meter.js";
import { DEFAULT_RESTART_POLICY, decide, restartDelayMs } from "../../../../src/actors/engine-host/restart-policy.js";
import { ERROR_TABLE, NautilusError, type ErrorCode } from "../../../../src/contracts/errors.js";

describe("restartDelayMs", () => {
  const policy = fc.record({
    maxRestarts: fc.integer({ min: 1, max: 8 }),
    windowMs: fc.integer({ min: 1_000, max: 60_000 }),
    backoffMs: fc.integer({ min: 1, max: 500 }),
    maxBackoffMs: fc.integer({ min: 500, max: 5_000 }),
    throwsToFault: fc.constant(1),
  });

  it("never allows more than maxRestarts in any window, and never gives up", () => {
    fc.assert(
      fc.property(policy, fc.array(fc.nat(20_000), { maxLength: 60 }), (given, upMs) => {
        const restarts: number[] = [];
        let nowMs = 0;
        for (const up of upMs) {
          nowMs += up;
          const delay = restartDelayMs(given, restarts, nowMs);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(Math.max(given.windowMs, given.maxBackoffMs));
          nowMs += delay;
          restarts.push(nowMs);
          const within = restarts.filter((at) => at > nowMs - given.windowMs);
          expect(within.length).toBeLessThanOrEqual(given.maxRestarts);
        }
      }),
    );
  });

  it("begins with the backoff and doubles it for each restart in the window, up to its greatest", () => {
    const given = { ...DEFAULT_RESTART_POLICY, maxRestarts: 50 };
    const delays = [0, 1, 2, 3, 4, 5, 6, 7].map((count) => restartDelayMs(given, Array<number>(count).fill(1), 1));
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });
});

describe("decide", () => {
  it("restarts only for a run of unexpected throws", () => {
    for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
      const error = new NautilusError(code, "test");
      expect(decide(DEFAULT_RESTART_POLICY, error, 4)).toBe("resume");
      expect(decide(DEFAULT_RESTART_POLICY, error, 5)).toBe(code === "INTERNAL" ? "restart" : "resume");
    }
  });
});

describe("assessHealth", () => {
  const counters = fc.record({
    succeeded: fc.nat(1000),
    failed: fc.nat(1000),
    queued: fc.nat(100),
    queue: fc.constant(100),
    overdue: fc.nat(6),
    concurrency: fc.constant(4),
  });

  it("gives reasons exactly where it is not healthy", () => {
    fc.assert(
      fc.property(counters, (given) => {
        const { level, reasons } = assessHealth(given);
        expect(reasons.length > 0).toBe(level !== "healthy");
      }),
    );
  });

  it("never becomes better by one more failure or one more waiting call", () => {
    const rank = { healthy: 0, degraded: 1, critical: 2 };
    fc.assert(
      fc.property(counters, (given) => {
        fc.pre(given.succeeded + given.failed >= 5);
        const { level } = assessHealth(given);
        expect(rank[assessHealth({ ...given, failed: given.failed + 1 }).level]).toBeGreaterThanOrEqual(rank[level]);
        expect(rank[assessHealth({ ...given, queued: given.queued + 1 }).level]).toBeGreaterThanOrEqual(rank[level]);
        expect(rank[assessHealth({ ...given, overdue: given.overdue + 1 }).level]).toBeGreaterThanOrEqual(rank[level]);
      }),
    );
  });

  it("judges nothing by fewer than five calls", () => {
    const idle = { succeeded: 0, queued: 0, queue: 10, overdue: 0, concurrency: 2 };
    expect(assessHealth({ ...idle, failed: 4 }).level).toBe("healthy");
    expect(assessHealth({ ...idle, failed: 5 }).level).toBe("critical");
  });

  it("calls an instance stuck when every place is held by what nobody waits for", () => {
    const working = { succeeded: 9, failed: 0, queued: 0, queue: 10, concurrency: 2 };
    expect(assessHealth({ ...working, overdue: 1 })).toMatchObject({ level: "degraded", stuck: false });
    expect(assessHealth({ ...working, overdue: 2 })).toMatchObject({ level: "critical", stuck: true });
  });
});

describe("OperationMeter", () => {
  it("measures latency of answers alone, reliability that forgets, and quality within [0, 1]", () => {
    const meter = new OperationMeter();
    expect(meter.measured()).toMatchObject({ latencyMs: null, reliabilityPct: null, quality: null });
    for (let count = 0; count < 8; count += 1) meter.record(1, false);
    meter.record(1_000_000, true);
    meter.record(1_000_000, true);
    meter.recordQuality(7);
    meter.recordQuality(Number.NaN);
    expect(meter.measured()).toMatchObject({ calls: 10, failures: 2, reliabilityPct: 80, quality: 1 });
    expect(meter.measured().latencyMs?.mean).toBe(1);
    for (let count = 0; count < 20; count += 1) meter.forget();
    meter.record(1, false);
    expect(meter.measured().reliabilityPct).toBeGreaterThan(99.9);
  });
});
