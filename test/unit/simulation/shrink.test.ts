import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/simulation/fault.js";
import { shrink, type Schedule } from "../../../src/simulation/shrink.js";

const FAULTS: readonly Fault[] = Array.from({ length: 40 }, (_, index) => ({
  kind: index % 3 === 0 ? "crash" : "drop",
  target: "",
  atMs: 1000 * index,
  forMs: 800,
  amount: 0,
}));

/** A world in which two certain faults together break something, the second for long enough, a second after that. */
function plantedWorld(): { attempt: Parameters<typeof shrink>[1]; runs: () => number } {
  let runs = 0;
  return {
    runs: () => runs,
    attempt: async ({ faults, horizonMs }: Schedule) => {
      runs += 1;
      const [first, second] = [faults.find(({ atMs }) => atMs === 6000), faults.find(({ atMs }) => atMs === 21_000)];
      const atMs = (second?.atMs ?? 0) + 1000.5;
      if (first === undefined || second === undefined || second.forMs < 200 || atMs > horizonMs) {
        return faults.length > 30 ? { invariant: "another", atMs: 1, message: "" } : null;
      }
      return { invariant: "planted", atMs, message: "broken" };
    },
  };
}

describe("shrink", () => {
  it("finds the few faults that it takes, their shortest length, and the end", async () => {
    const { attempt, runs } = plantedWorld();
    const failure = {
      faults: FAULTS,
      horizonMs: 100_000,
      violation: { invariant: "planted", atMs: 22_000.5, message: "broken" },
    };
    const smallest = await shrink(failure, attempt);
    expect(smallest.faults.map(({ atMs, forMs }) => [atMs, forMs])).toEqual([
      [6000, 1],
      [21_000, 200],
    ]);
    expect(smallest.horizonMs).toBe(22_001);
    expect(smallest.violation.invariant).toBe("planted");
    expect(runs()).toBeLessThan(120);
  });

  it("needs no fault where none is needed", async () => {
    const violation = { invariant: "always", atMs: 10, message: "" };
    const smallest = await shrink({ faults: FAULTS, horizonMs: 1e6, violation }, () => Promise.resolve(violation));
    expect([smallest.faults, smallest.horizonMs]).toEqual([[], 10]);
  });

  it("ends after a bounded number of runs, whatever it is told", async () => {
    let runs = 0;
    const violation = { invariant: "flaky", atMs: 1e6, message: "" };
    await shrink({ faults: FAULTS, horizonMs: 1e6, violation }, () => {
      runs += 1;
      return Promise.resolve(runs % 5 === 0 ? violation : null);
    });
    expect(runs).toBeLessThanOrEqual(200);
  });
});
