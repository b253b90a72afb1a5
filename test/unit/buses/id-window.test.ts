import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdWindow } from "../../../src/buses/id-window.js";

describe("IdWindow", () => {
  it("remembers at least its capacity of last ids, and at most twice as many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(50), (capacity, count) => {
        const window = new IdWindow(capacity);
        for (let id = 0; id < count; id += 1) window.add(`id-${id}`);
        const known = Array.from({ length: count }, (_, id) => id).filter((id) => window.has(`id-${id}`));
        const oldest = known[0] ?? count;
        expect(known).toEqual(Array.from({ length: count - oldest }, (_, index) => oldest + index));
        expect(known.length).toBeGreaterThanOrEqual(Math.min(count, capacity));
        expect(known.length).toBeLessThanOrEqual(2 * capacity);
      }),
    );
  });

  it("knows no other ids", () => {
    const window = new IdWindow(2);
    window.add("a");
    expect(window.has("b")).toBe(false);
  });
});
