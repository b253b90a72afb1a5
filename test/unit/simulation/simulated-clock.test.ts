import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { SimulatedClock } from "../../../src/simulation/simulated-clock.js";

function clocks(offsetMs = 0): { world: VirtualClock; clock: SimulatedClock; events: () => number } {
  const world = new VirtualClock();
  let events = 0;
  const clock = new SimulatedClock(world, offsetMs, () => (events += 1));
  return { world, clock, events: () => events };
}

describe("SimulatedClock", () => {
  it("counts from its own start", async () => {
    const world = new VirtualClock();
    await world.advance(500);
    const clock = new SimulatedClock(world, 250, () => undefined);
    await world.advance(40);
    expect([clock.nowMs(), clock.wallMs() - world.wallMs()]).toEqual([40, 250]);
  });

  it("fires nothing once it is dead, whatever was set or under way", async () => {
    const { world, clock, events } = clocks();
    const fired: string[] = [];
    clock.setTimeout(() => fired.push("timer"), 10);
    clock.arrive(() => fired.push("message"), 10);
    clock.pause();
    await world.advance(20);
    clock.die();
    clock.resume();
    clock.setTimeout(() => fired.push("set after death"), 1);
    await world.advance(1000);
    expect([fired, events()]).toEqual([[], 0]);
  });

  it("is late after a pause, in the order in which things came due", async () => {
    const { world, clock } = clocks();
    const fired: [string, number][] = [];
    const note = (what: string) => () => fired.push([what, clock.nowMs()]);
    const cleared = clock.setTimeout(note("cleared while held"), 12);
    clock.setTimeout(note("timer"), 15);
    clock.arrive(note("message"), 10);
    clock.setTimeout(note("later"), 60);
    clock.pause();
    await world.advance(50);
    clock.clearTimeout(cleared);
    clock.resume();
    await world.advance(50);
    expect(fired).toEqual([
      ["message", 50],
      ["timer", 50],
      ["later", 60],
    ]);
  });

  it("drifts, and never fires before its own time, however the rate changes", async () => {
    const { world, clock } = clocks();
    const firedMs: number[] = [];
    clock.setRate(2);
    clock.setTimeout(() => firedMs.push(clock.nowMs(), world.nowMs()), 100);
    await world.advance(25);
    clock.setRate(0.5);
    await world.advance(200);
    expect(firedMs).toEqual([100, 125]);
    expect(clock.wallMs() - world.wallMs()).toBeCloseTo(50 + 100 - 225, 6);
  });

  it("is set to another wall time without losing count", async () => {
    const { world, clock } = clocks(100);
    await world.advance(10);
    clock.setWall(-5000);
    await world.advance(10);
    expect([clock.wallMs() - world.wallMs(), clock.nowMs()]).toEqual([-5000, 20]);
  });
});
