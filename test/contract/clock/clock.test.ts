import { systemClock } from "../../../src/kernel/system-clock.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
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
