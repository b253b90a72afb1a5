import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";

interface ModelTimer {
  readonly id: number;
  readonly dueMs: number;
  readonly children: readonly number[];
}

/** The clock as a sorted list: due time first, order of setting second. */
class ModelClock {
  nowMs = 0;
  readonly fired: [id: number, nowMs: number][] = [];
  readonly timers: ModelTimer[] = [];
  #nextId = 0;

  set(delayMs: number, children: readonly number[]): number {
    const id = this.#nextId++;
    this.timers.push({ id, dueMs: this.nowMs + Math.max(0, delayMs), children });
    this.timers.sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
    return id;
  }

  clear(id: number): void {
    const index = this.timers.findIndex((timer) => timer.id === id);
    if (index >= 0) this.timers.splice(index, 1);
  }

  step(): boolean {
    const timer = this.timers.shift();
    if (timer === undefined) return false;
    this.nowMs = timer.dueMs;
    this.fired.push([timer.id, this.nowMs]);
    for (const delayMs of timer.children) this.set(delayMs, []);
    return true;
  }

  advance(ms: number): void {
    const until = this.nowMs + ms;
    while (this.timers[0] !== undefined && this.timers[0].dueMs <= until) this.step();
    this.nowMs = until;
  }
}

const delay = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.double({ min: 0, max: 40, noNaN: true }));
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: fc.constant("set" as const), ms: delay, children: fc.array(delay) }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant("clear" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("step" as const) }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("advance" as const), ms: fc.nat(30) }) },
);

describe("VirtualClock", () => {
  it("fires as a sorted list would, whatever is set and cleared", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (actions) => {
        const clock = new VirtualClock();
        const model = new ModelClock();
        const fired: [number, number][] = [];
        const handles: object[] = [];
        const set = (ms: number, children: readonly number[]): void => {
          const id = handles.length;
          const fire = (): void => {
            fired.push([id, clock.nowMs()]);
            for (const child of children) set(child, []);
          };
          handles.push(clock.setTimeout(fire, ms));
        };
        for (const each of actions) {
          if (each.name === "set") {
            set(each.ms, each.children);
            model.set(each.ms, each.children);
          } else if (each.name === "clear" && handles.length > 0) {
            const id = each.which % handles.length;
            clock.clearTimeout(handles[id]!);
            model.clear(id);
          } else if (each.name === "step") expect(clock.step()).toBe(model.step());
          else if (each.name === "advance") {
            await clock.advance(each.ms);
            model.advance(each.ms);
          }
          expect(fired).toEqual(model.fired);
          expect(clock.nowMs()).toBe(model.nowMs);
          expect(clock.pending).toBe(model.timers.length);
          expect(clock.nextDueMs).toBe(model.timers[0]?.dueMs);
        }
      }),
    );
  });

  it("starts at its epoch", async () => {
    const clock = new VirtualClock(Date.UTC(2021, 5, 1));
    await clock.advance(1500);
    expect(clock.wallMs()).toBe(Date.UTC(2021, 5, 1) + 1500);
    expect(clock.nowMs()).toBe(1500);
  });

  it("fires timers that a timer sets at their own time within one advance", async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.nowMs());
      clock.setTimeout(again, 10);
    };
    clock.setTimeout(again, 10);
    await clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.nowMs()).toBe(35);
  });

  it("lets promise jobs run between timers, so that what they set fires in time", async () => {
    const clock = new VirtualClock();
    const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));
    const woken: number[] = [];
    const sleeper = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) {
        await wait(5);
        woken.push(clock.nowMs());
      }
    };
    const done = sleeper();
    await clock.advance(100);
    await done;
    expect(woken).toEqual([5, 10, 15]);
  });

  it("throws what a timer throws, and goes on with the next", () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    clock.setTimeout(() => {
      throw new Error("from the timer");
    }, 1);
    clock.setTimeout(() => fired.push(clock.nowMs()), 2);
    expect(() => clock.step()).toThrow("from the timer");
    expect(clock.pending).toBe(1);
    expect(clock.step()).toBe(true);
    expect(fired).toEqual([2]);
    expect(clock.step()).toBe(false);
  });

  it("never goes back, not even when two advances overlap", async () => {
    const clock = new VirtualClock();
    const wake = new Promise<void>((resolve) => clock.setTimeout(resolve, 1));
    const short = clock.advance(5);
    await clock.advance(50);
    await short;
    await wake;
    expect(clock.nowMs()).toBe(50);
    await clock.advance(-20);
    expect(clock.nowMs()).toBe(50);
  });
});
