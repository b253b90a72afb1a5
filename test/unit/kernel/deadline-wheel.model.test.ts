import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/contracts/clock.js";
import { DeadlineWheel, Expiring } from "../../../src/kernel/deadline-wheel.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { AddCommand } from "./deadline-wheel-model/add-command.js";
import { AdvanceCommand } from "./deadline-wheel-model/advance-command.js";
import { DrainCommand } from "./deadline-wheel-model/drain-command.js";
import { RemoveCommand } from "./deadline-wheel-model/remove-command.js";
import { SLOT_MS, WatchedEntry, type RealWheel, type WheelModel } from "./deadline-wheel-model/wheel-model.js";

/** 1,024 slots of 4 ms. */
const ROTATION_MS = 4096;

/** Around slots and rotations, where mistakes live; also due already. */
const span = fc.oneof(
  fc.integer({ min: -20, max: 40 }),
  fc.double({ min: 0, max: 50, noNaN: true }),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -9, max: 9 })).map(([n, off]) => n * ROTATION_MS + off),
);

function createWheel(): RealWheel {
  const clock = new VirtualClock();
  return { clock, wheel: new DeadlineWheel(clock) };
}

function add(real: RealWheel, inMs: number, onExpire?: (entry: WatchedEntry) => void): WatchedEntry {
  const entry = new WatchedEntry(real.clock.nowMs() + inMs, real, onExpire);
  real.wheel.add(entry, entry.deadlineMs);
  return entry;
}

/** A clock whose one timer fires only when told to: an event loop that was held up. */
class HeldUpClock implements Clock {
  now = 0;
  #timer: (() => void) | undefined;

  wallMs(): number {
    return this.now;
  }

  nowMs(): number {
    return this.now;
  }

  setTimeout(callback: () => void): object {
    this.#timer = callback;
    return {};
  }

  clearTimeout(): void {
    this.#timer = undefined;
  }

  fireAt(now: number): void {
    this.now = now;
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.();
  }
}

describe("DeadlineWheel", () => {
  it("expires what a list of deadlines would: never early, at most one slot late, once, and nothing removed", async () => {
    const commands = [
      fc.tuple(span, fc.option(span, { nil: undefined })).map(([inMs, child]) => new AddCommand(inMs, child)),
      fc.tuple(span, fc.option(span, { nil: undefined })).map(([inMs, child]) => new AddCommand(inMs, child)),
      fc.nat().map((which) => new RemoveCommand(which)),
      span.map((ms) => new AdvanceCommand(Math.max(0, ms))),
      fc.nat(20).map((ms) => new AdvanceCommand(ms)),
      fc.constant(new DrainCommand()),
    ];
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: "max" }), async (run) => {
        const model: WheelModel = { entries: [] };
        await fc.asyncModelRun(() => ({ model, real: createWheel() }), run);
      }),
      { numRuns: 150 },
    );
  });

  it("keeps time for many at once with one timer", async () => {
    const real = createWheel();
    const entries = Array.from({ length: 20_000 }, (_, index) => add(real, (index * 7919) % 9_000));
    expect(real.wheel.length).toBe(20_000);
    expect(real.clock.pending).toBe(1);
    for (const entry of entries.filter((_, index) => index % 3 === 0)) real.wheel.remove(entry);
    await real.clock.advance(9_000 + SLOT_MS);
    expect(real.wheel.length).toBe(0);
    expect(real.clock.pending).toBe(0);
    for (const [index, { deadlineMs, expiries }] of entries.entries()) {
      expect(expiries).toHaveLength(index % 3 === 0 ? 0 : 1);
      for (const expiredMs of expiries) {
        expect(expiredMs >= deadlineMs && expiredMs < deadlineMs + SLOT_MS).toBe(true);
      }
    }
  });

  it("does not expire what another's expiry removes", async () => {
    const real = createWheel();
    const pair: WatchedEntry[] = [];
    const removeOther = (entry: WatchedEntry): void => {
      for (const other of pair) if (other !== entry) real.wheel.remove(other);
    };
    pair.push(add(real, 10, removeOther), add(real, 10, removeOther));
    await real.clock.advance(50);
    expect(pair.flatMap(({ expiries }) => expiries)).toHaveLength(1);
    expect(real.wheel.length).toBe(0);
  });

  it("takes back what was removed", async () => {
    const real = createWheel();
    const entry = add(real, 10);
    real.wheel.remove(entry);
    real.wheel.remove(entry);
    expect(real.wheel.length).toBe(0);
    real.wheel.add(entry, entry.deadlineMs);
    expect(real.wheel.length).toBe(1);
    await real.clock.advance(20);
    expect(entry.expiries).toEqual([12]);
  });

  it("catches up after the event loop was held up, whatever for", () => {
    for (const heldUpMs of [7, 100, ROTATION_MS - 1, ROTATION_MS, 5 * ROTATION_MS + 3]) {
      const clock = new HeldUpClock();
      const wheel = new DeadlineWheel(clock);
      const expired: number[] = [];
      class Entry extends Expiring {
        constructor(readonly deadlineMs: number) {
          super();
        }
        override expire(): void {
          expired.push(this.deadlineMs);
        }
      }
      const deadlines = Array.from({ length: 60 }, (_, index) => index * 401 + 1);
      for (const deadlineMs of deadlines) wheel.add(new Entry(deadlineMs), deadlineMs);
      clock.fireAt(heldUpMs);
      expect(expired.sort((a, b) => a - b)).toEqual(deadlines.filter((deadlineMs) => deadlineMs <= heldUpMs));
      for (let now = heldUpMs; wheel.length > 0 && now < 30_000; now += SLOT_MS) clock.fireAt(now);
      expect(expired.sort((a, b) => a - b)).toEqual(deadlines);
    }
  });

  it("goes on after an expiry that throws", async () => {
    const real = createWheel();
    const failing = add(real, 10, () => {
      throw new Error("from an expiry");
    });
    const others = [add(real, 10), add(real, 11), add(real, 100)];
    failing.real.wheel.remove(failing);
    real.wheel.add(failing, failing.deadlineMs); // first of its slot
    await expect(real.clock.advance(10 + SLOT_MS)).rejects.toThrow("from an expiry");
    await real.clock.advance(0);
    expect(others.slice(0, 2).map(({ expiries }) => expiries)).toEqual([[12], [12]]);
    await real.clock.advance(100);
    expect(others[2]?.expiries).toEqual([100]);
    expect(failing.expiries).toEqual([12]);
    expect(real.wheel.length).toBe(0);
  });

  it("keeps what has no deadline, and gives it back when drained", async () => {
    const real = createWheel();
    const entry = add(real, Infinity);
    await real.clock.advance(3 * ROTATION_MS);
    expect(entry.expiries).toEqual([]);
    expect(real.wheel.drain()).toEqual([entry]);
    expect(real.wheel.length).toBe(0);
  });

  it("never waits longer than a timer can", () => {
    const real = createWheel();
    add(real, 1e12);
    expect(real.clock.nextDueMs).toBeLessThanOrEqual(ROTATION_MS);
  });

  it("leaves no timer when it is empty or closed", async () => {
    const real = createWheel();
    const entry = add(real, 10);
    real.wheel.close();
    expect(real.clock.pending).toBe(0);
    add(real, 20);
    expect(real.clock.pending).toBe(0);
    await real.clock.advance(100);
    expect(entry.expiries).toEqual([]);
    expect(real.wheel.length).toBe(2);
    expect(real.wheel.drain()).toHaveLength(2);
  });

  it("stays closed when an expiry closes it", async () => {
    const real = createWheel();
    const first = add(real, 10, () => real.wheel.close());
    const second = add(real, 30);
    await real.clock.advance(20);
    expect(first.expiries).toEqual([12]);
    expect(real.clock.pending).toBe(0);
    await real.clock.advance(100);
    expect(second.expiries).toEqual([]);
  });
});
