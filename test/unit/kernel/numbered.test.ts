// A table by number against a Map that is done the same to.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Numbered } from "../../../src/kernel/numbered.js";

/** Mostly close together, as counted numbers are; now and then far apart, and sharing their low bits. */
const number = fc.oneof(
  { weight: 5, arbitrary: fc.nat(64) },
  { weight: 2, arbitrary: fc.nat(20_000) },
  { weight: 2, arbitrary: fc.nat(40).map((each) => each * 4096) },
  { weight: 1, arbitrary: fc.maxSafeNat() },
);
const step = fc.tuple(fc.constantFrom("set", "set", "delete", "get"), number);

describe("values by number", () => {
  it("are those of a map to which the same is done, in the order of their numbers", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
        const [numbered, map] = [new Numbered<number>(), new Map<number, number>()];
        steps.forEach(([what, at], value) => {
          if (what === "get") expect(numbered.get(at)).toBe(map.get(at));
          else if (what === "delete") {
            expect(numbered.delete(at)).toBe(map.get(at));
            map.delete(at);
          } else {
            numbered.set(at, value);
            map.set(at, value);
          }
          expect(numbered.size).toBe(map.size);
        });
        const expected = [...map].sort(([a], [b]) => a - b);
        expect(numbered.entries()).toEqual(expected);
        expect(numbered.values()).toEqual(expected.map(([, value]) => value));
      }),
      { numRuns: 500 },
    );
  });

  it("keep to their table while one has been in it for long, and others come and go", () => {
    const numbered = new Numbered<string>();
    numbered.set(1, "old");
    for (let each = 2; each < 20_000; each += 1) {
      numbered.set(each, "new");
      expect(numbered.get(1)).toBe("old");
      expect(numbered.delete(each)).toBe("new");
    }
    expect(numbered.entries()).toEqual([[1, "old"]]);
  });
});
