import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalHistory } from "../../../src/discovery/failure-detector.js";

const intervalMs = fc.constantFrom(1_000, 30_000, 45_000);
/** Gaps between heartbeats, in intervals. */
const gaps = fc.array(fc.double({ min: 0.01, max: 2.4, noNaN: true }), { maxLength: 50 });

function after(interval: number, given: readonly number[]): { history: ArrivalHistory; nowMs: number } {
  const history = new ArrivalHistory(0, interval);
  let nowMs = 0;
  for (const gap of given) {
    nowMs += gap * interval;
    history.beat(nowMs, interval);
  }
  return { history, nowMs };
}

describe("ArrivalHistory", () => {
  it("never declares dead before two and a half intervals of silence, and always by the third", () => {
    fc.assert(
      fc.property(intervalMs, gaps, fc.double({ min: 0, max: 5, noNaN: true }), (interval, given, silence) => {
        const { history, nowMs } = after(interval, given);
        const verdict = history.verdict(nowMs + silence * interval);
        if (silence < 2.49) expect(verdict).not.toBe("dead");
        if (silence >= 2.88) expect(verdict).toBe("dead");
      }),
    );
  });

  it("never suspects regular heartbeats with jitter", () => {
    const jitter = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(intervalMs, jitter, (interval, given) => {
        const history = new ArrivalHistory(0, interval);
        for (const [index, late] of given.entries()) {
          const arrivesMs = (index + 1 + late) * interval;
          expect(history.verdict(arrivesMs)).toBe("alive");
          history.beat(arrivesMs, interval);
        }
      }),
    );
  });

  it("is not confused by extra heartbeats that refute doubts", () => {
    const extra = fc.array(fc.array(fc.double({ min: 0.01, max: 0.45, noNaN: true }), { maxLength: 3 }), {
      minLength: 5,
      maxLength: 40,
    });
    fc.assert(
      fc.property(extra, (given) => {
        const history = new ArrivalHistory(0, 1_000);
        for (const [index, offsets] of given.entries()) {
          const atMs = (index + 1) * 1_000;
          expect(history.verdict(atMs + 100)).toBe("alive");
          history.beat(atMs, 1_000);
          for (const offset of [...offsets].sort()) history.beat(atMs + offset * 1_000, 1_000);
        }
      }),
    );
  });

  it("forgives its own lag, never beyond the present", () => {
    const { history, nowMs } = after(1_000, [1, 1, 1]);
    expect(history.verdict(nowMs + 10_000)).toBe("dead");
    history.forgive(9_500, nowMs + 10_000);
    expect(history.verdict(nowMs + 10_000)).toBe("alive");
    expect(history.verdict(nowMs + 12_500)).toBe("dead");
    const other = after(1_000, [1, 1, 1]);
    other.history.forgive(60_000, other.nowMs + 10);
    expect(other.history.verdict(other.nowMs + 10 + 2_900)).toBe("dead");
  });

  it("takes the pace that the node announces", () => {
    const history = new ArrivalHistory(0, 1_000);
    history.heard(500, 45_000);
    expect(history.verdict(46_000)).toBe("alive");
    expect(history.verdict(500 + 45_000 * 2.9)).toBe("dead");
  });
});
