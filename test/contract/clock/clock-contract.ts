// What every clock promises, whether its time is real or not.
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/contracts/clock.js";

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets time pass until the promise is settled; a real clock has nothing to do. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  /** How much before its due time a timer may fire: real ones count whole milliseconds. */
  readonly earlyMs: number;
}

export function describeClockContract(name: string, create: () => ClockUnderTest): void {
  describe(`clock contract: ${name}`, () => {
    it("never goes back", async () => {
      const { clock, run } = create();
      let latest = clock.nowMs();
      for (let turn = 0; turn < 5; turn += 1) {
        for (let read = 0; read < 100; read += 1) {
          const now = clock.nowMs();
          expect(now).toBeGreaterThanOrEqual(latest);
          latest = now;
        }
        await run(new Promise<void>((resolve) => clock.setTimeout(resolve, 1)));
      }
      expect(latest).toBeGreaterThan(0);
    });

    it("tells a wall time in this century that runs along", async () => {
      const { clock, run } = create();
      const wall = clock.wallMs();
      const now = clock.nowMs();
      expect(wall).toBeGreaterThanOrEqual(Date.UTC(2020, 0, 1));
      expect(wall).toBeLessThan(Date.UTC(2100, 0, 1));
      await run(new Promise<void>((resolve) => clock.setTimeout(resolve, 20)));
      expect(Math.abs(clock.wallMs() - wall - (clock.nowMs() - now))).toBeLessThan(10);
    });

    it("fires a timer once its delay has passed, and not within the call that sets it", async () => {
      const { clock, run, earlyMs } = create();
      for (const delayMs of [0, 1, 7.5, 12]) {
        const set = clock.nowMs();
        let isSet = false;
        await run(
          new Promise<void>((resolve, reject) => {
            clock.setTimeout(() => (isSet ? resolve() : reject(new Error("fired too soon"))), delayMs);
            isSet = true;
          }),
        );
        expect(clock.nowMs() - set).toBeGreaterThanOrEqual(delayMs - earlyMs);
      }
    });

    it("takes a delay that has passed, or is none, for no delay", async () => {
      const { clock, run } = create();
      const set = clock.nowMs();
      for (const delayMs of [-5, NaN, -Infinity]) {
        await run(new Promise<void>((resolve) => clock.setTimeout(resolve, delayMs)));
      }
      expect(clock.nowMs() - set).toBeLessThan(5_000);
    });

    it("fires in the order of due times, and of setting where they are the same", async () => {
      const { clock, run } = create();
      const fired: string[] = [];
      const last = new Promise<void>((resolve) => {
        clock.setTimeout(() => fired.push("late"), 30);
        clock.setTimeout(() => fired.push("early"), 2);
        clock.setTimeout(() => fired.push("early too"), 2);
        clock.setTimeout(() => fired.push("between"), 15);
        clock.setTimeout(resolve, 31);
      });
      await run(last);
      expect(fired).toEqual(["early", "early too", "between", "late"]);
    });

    it("does not fire what was cleared, and minds no clearing afterwards", async () => {
      const { clock, run } = create();
      const fired: string[] = [];
      const cleared = clock.setTimeout(() => fired.push("cleared"), 1);
      const kept = clock.setTimeout(() => fired.push("kept"), 2);
      clock.clearTimeout(cleared);
      clock.clearTimeout(cleared);
      await run(new Promise<void>((resolve) => clock.setTimeout(resolve, 5)));
      clock.clearTimeout(kept);
      await run(new Promise<void>((resolve) => clock.setTimeout(resolve, 5)));
      expect(fired).toEqual(["kept"]);
    });

    it("lets a timer clear one that is due at the same time", async () => {
      const { clock, run } = create();
      const fired: string[] = [];
      await run(
        new Promise<void>((resolve) => {
          clock.setTimeout(() => {
            fired.push("first");
            clock.clearTimeout(second);
          }, 3);
          const second = clock.setTimeout(() => fired.push("second"), 3);
          clock.setTimeout(resolve, 6);
        }),
      );
      expect(fired).toEqual(["first"]);
    });
  });
}
