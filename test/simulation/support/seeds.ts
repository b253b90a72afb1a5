// Seeds of the mesh, in files of their own so that both processors run them.
import { describe, expect, it } from "vitest";
import { simulated } from "./simulated.js";

/** Whoever checks everything has the time for whole hours. */
const HOURS = process.env["REQUIRE_ALL"] === "1" ? 1 : 1 / 8;
/** A busy machine may be slow. */
export const PATIENCE_MS = 120_000;

export function seedsTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

export function keepEveryPromise(seeds: readonly number[]): void {
  describe("the mesh under all faults", () => {
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
}
