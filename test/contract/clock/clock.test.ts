import { systemClock } from "../../../src/kernel/system-clock.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { SimulatedClock } from "../../../src/simulation/simulated-clock.js";
import { describeClockContract } from "./clock-contract.js";

describeClockContract("system", () => ({ clock: systemClock, run: (promise) => promise, earlyMs: 1 }));

describeClockContract("virtual", () => {
  const clock = new VirtualClock();
  return {
    clock,
    run: async (promise) => {
      while (clock.step()) await Promise.resolve();
      return promise;
    },
    earlyMs: 0,
  };
});

describeClockContract("of a simulated node", () => {
  const world = new VirtualClock();
  const clock = new SimulatedClock(world, 1234, () => undefined);
  clock.setRate(1.07);
  return {
    clock,
    run: async (promise) => {
      while (world.step()) await Promise.resolve();
      return promise;
    },
    earlyMs: 0,
  };
});
