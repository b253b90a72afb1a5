import { describe, expect, it } from "vitest";
import { REGRESSIONS } from "./regressions.js";
import { simulated } from "./support/simulated.js";

/** How many seeds are run: more of them by the command line. */
const SEEDS = 25;
const HOURS = 1 / 8;
const PATIENCE_MS = 120_000;

describe("the mesh under all faults", () => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  it.each(seeds)(
    "keeps every promise with seed %i",
    async (seed) => {
      const { violation, counts } = await simulated({ seed, hours: HOURS });
      expect(violation).toBeNull();
      expect(counts.succeeded).toBeGreaterThan(0.5 * counts.goals);
    },
    PATIENCE_MS,
  );
});

describe("other scenarios under all faults", () => {
  it.each(["alone", "trading", "blocked-loop"])(
    "keep every promise: %s",
    async (scenario) => {
      const { violation, counts } = await simulated({ seed: 1, scenario, hours: 1 / 8 });
      expect(violation).toBeNull();
      expect(counts.succeeded).toBeGreaterThan(0.5 * counts.goals);
    },
    PATIENCE_MS,
  );
});

describe("seeds that once failed", () => {
  it("keep every promise since", async () => {
    for (const regression of REGRESSIONS) expect((await simulated(regression)).violation).toBeNull();
  });
});
