import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeenSequences } from "../../../../src/buses/redis-bus/seen-sequences.js";

describe("the sequences that have come", () => {
  it("are new once each, in whatever order after the first, and what is missing is what did not come", () => {
    const arrivals = fc.array(fc.integer({ min: 2, max: 40 }), { maxLength: 80 });
    fc.assert(
      fc.property(arrivals, (sequences) => {
        const [seen, came] = [new SeenSequences(), new Set([1])];
        let missing = 0;
        seen.note("a~1", 1);
        for (const sequence of sequences) {
          const arrival = seen.note("a~1", sequence);
          expect(arrival.isNew).toBe(!came.has(sequence));
          if (arrival.isNew) missing += arrival.missing;
          came.add(sequence);
        }
        expect(missing).toBe(Math.max(...came) - came.size);
      }),
    );
  });

  it("begin with whatever is first, and are of each view for itself", () => {
    const seen = new SeenSequences();
    expect(seen.note("a~1", 7)).toMatchObject({ isNew: true, missing: 0 });
    expect(seen.note("a~1", 6)).toEqual({ isNew: false });
    expect(seen.note("a~2", 6)).toMatchObject({ isNew: true, missing: 0 });
  });

  it("leave no gap where what lies between may have been done with by an earlier start", () => {
    const seen = new SeenSequences();
    seen.note("a~1", 3, true);
    expect(seen.note("a~1", 7, true)).toMatchObject({ isNew: true, missing: 0 });
    expect(seen.note("a~1", 5)).toEqual({ isNew: false });
    expect(seen.note("a~1", 9)).toMatchObject({ isNew: true, missing: 1, after: 7 });
  });

  it("remember the last thousand gaps", () => {
    const seen = new SeenSequences();
    seen.note("a~1", 1);
    expect(seen.note("a~1", 1_000_000)).toMatchObject({ missing: 999_998 });
    expect(seen.note("a~1", 2)).toEqual({ isNew: false });
    expect(seen.note("a~1", 999_999)).toMatchObject({ isNew: true, missing: -1 });
  });
});
