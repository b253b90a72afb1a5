// Seeds of the mesh, in files of their own so that both processors run them.
import { describe, expect, it } from "vitest";
import { inForm } from "../../support/in-form.js";
import { simulated } from "./simulated.js";

const HOURS = inForm({ short: 1 / 8, long: 1 });
const LAST = inForm({ short: 8, long: 25 });
/** A busy machine may be slow. */
export const PATIENCE_MS = 400_000;

/** From the first one on, every second seed. */
export function keepEveryPromise(first: 1 | 2): void {
  const seeds = Array.from({ length: LAST }, (_, index) => first + 2 * index).filter((seed) => seed <= LAST);
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
