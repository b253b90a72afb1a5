import { defineConfig } from "vitest/config";
import { inForm } from "./test/support/in-form.js";

const SIMULATION = "test/simulation/**/*.test.ts";
const NEVER = ["**/node_modules/**", "dist/**", ".build-*/**", ".cache/**"];

export default defineConfig({
  test: {
    // Processes, not threads: tests handle signals, start worker threads and end what they started.
    pool: "forks",
    // One file after the other in the same process: to load the program anew for each takes longer than most of them do. No module
    // holds state (a tidy rule), so that no file hears of another.
    isolate: false,
    maxWorkers: 2,
    testTimeout: inForm({ short: 30_000, long: 120_000 }),
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts"],
          exclude: [...NEVER, SIMULATION],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // A simulation takes its time, the more so on a busy machine. After all others, with both processors: beside it, tests of real time would run on a machine that has none to give.
        extends: true,
        test: {
          name: "simulation",
          include: [SIMULATION],
          exclude: NEVER,
          testTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
