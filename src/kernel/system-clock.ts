// The real clock.
import { performance } from "node:perf_hooks";
import type { Clock } from "../contracts/clock.js";

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  // What is already due, or no number, fires at once: Node does the same, but newer versions warn of it.
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs > 0 ? delayMs : 0),
  clearTimeout: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};
