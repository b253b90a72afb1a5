import { describe, expect, it } from "vitest";
import { REGRESSIONS } from "./regressions.js";
import { PATIENCE_MS } from "./support/seeds.js";
import { simulated } from "./support/simulated.js";

describe("other scenarios under all faults", () => {
  it.each([
    { scenario: "alone", hours: 1 / 8 },
    { scenario: "trading", hours: 1 / 8 },
    { scenario: "blocked-loop", hours: 1 / 8 },
    { scenario: "churn", hours: 1 / 8 },
    { scenario: "crowd", hours: 1 / 20 },
    { scenario: "effects", hours: 1 / 10 },
    { scenario: "rivals", hours: 1 / 8 },
  ])(
    "keep every promise: $scenario",
    async ({ scenario, hours }) => {
      const { violation, counts } = await simulated({ seed: 1, scenario, hours });
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
