import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SuccessWindow } from "../../../src/kernel/success-window.js";

interface Call {
  readonly success: boolean;
  readonly atMs: number;
}

const SECONDS = 10;

/** The window by its definition: the calls of the present second and of the nine before. */
function countIn(calls: readonly Call[], success: boolean, nowMs: number): number {
  const second = (ms: number): number => Math.floor(ms / 1000);
  return calls.filter((call) => call.success === success && second(nowMs) - second(call.atMs) < SECONDS).length;
}

const gap = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 900, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 999, 1000, 1001, 9000, 9999, 10_000, 10_001) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e9, noNaN: true }) },
);
const action = fc.record({ gapMs: gap, name: fc.constantFrom("succeed", "fail", "read", "rate") });

describe("SuccessWindow", () => {
  it("counts the calls of the last ten seconds, whenever they came", () => {
    fc.assert(
      fc.property(gap, fc.array(action, { maxLength: 80, size: "max" }), (startMs, actions) => {
        const window = new SuccessWindow();
        const calls: Call[] = [];
        let nowMs = startMs;
        for (const { gapMs, name } of actions) {
          nowMs += gapMs;
          if (name === "succeed" || name === "fail") {
            calls.push({ success: name === "succeed", atMs: nowMs });
            window.record(name === "succeed", nowMs);
          }
          const [succeeded, failed] = [countIn(calls, true, nowMs), countIn(calls, false, nowMs)];
          // In this order each of them has to see for itself that time went on.
          if (name === "rate") {
            expect(window.rate(nowMs)).toBe(failed === 0 ? 1 : (succeeded + 1) / (succeeded + failed + 1));
          }
          if (name === "read") expect(window.failed(nowMs)).toBe(failed);
          if (name !== "rate") expect(window.succeeded(nowMs)).toBe(succeeded);
        }
        expect(window.failed(nowMs)).toBe(countIn(calls, false, nowMs));
      }),
      { numRuns: 300 },
    );
  });

  it("rates nothing as perfect, and failures never as hopeless", () => {
    const window = new SuccessWindow();
    expect(window.rate(0)).toBe(1);
    window.record(true, 1);
    expect(window.rate(2)).toBe(1);
    for (let call = 0; call < 98; call += 1) window.record(false, 3);
    expect(window.rate(4)).toBe(2 / 100);
    expect(window.rate(10_000)).toBe(1);
  });

  it("keeps its windows apart", () => {
    const [one, other] = [new SuccessWindow(), new SuccessWindow()];
    one.record(false, 5);
    expect(other.failed(5)).toBe(0);
  });
});
