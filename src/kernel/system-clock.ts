// The real clock.
import { performance } from "node:perf_hooks";
import type { Clock } from "../contracts/clock.js";

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  // What is already due, or no number, fires at once: Node does the same, but newer versions warn of it. Node cuts off fractions,
  // which would fire by so much too soon on top of its own millisecond.
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs > 0 ? Math.ceil(delayMs) : 0),
  clearTimeout: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};
