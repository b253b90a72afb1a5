import { defineConfig } from "vitest/config";
import { inForm } from "./test/support/in-form.js";

const SIMULATION = "test/simulation/**/*.test.ts";
/** Measures what a busy machine spoils. */
const ALONE = "test/system/event-loop-delay.test.ts";
const NEVER = ["**/node_modules/**", "dist/**", ".build-*/**", ".cache/**"];

export default defineConfig({
  test: {
    // Processes, not threads: tests handle signals, start worker threads and end what they started.
    pool: "forks",
    // One file after the other in the same process: to load the program anew for each takes longer than most of them do. No module
    // holds state (a tidy rule), so that no file hears of another.
    isolate: false,
    testTimeout: inForm({ short: 60_000, long: 300_000 }),
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts"],
          exclude: [...NEVER, SIMULATION, ALONE],
          // More than keep two processors busy: many tests wait for processes, servers and real time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // A simulation keeps a processor busy all the time. It runs after all others, as tests of real time need some of that.
        extends: true,
        test: {
          name: "simulation",
          include: [SIMULATION],
          exclude: NEVER,
          testTimeout: 400_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: "alone", include: [ALONE], exclude: NEVER, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
