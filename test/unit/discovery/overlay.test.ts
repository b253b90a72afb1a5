import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGreeter, isMesh, neighboursOf } from "../../../src/discovery/overlay.js";

const ringOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `n${String(index).padStart(4, "0")}`);

function furthest(ring: readonly string[]): number {
  let [frontier, hops] = [[ring[0] as string], 0];
  const reached = new Set(frontier);
  while (reached.size < ring.length) {
    frontier = frontier.flatMap((id) => neighboursOf(id, ring)).filter((id) => !reached.has(id));
    for (const id of frontier) reached.add(id);
    hops += 1;
  }
  return hops;
}

describe("neighboursOf", () => {
  it("links all to all in a small network, and each to eight others in a large one, both ends knowing of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (count, pick) => {
        const ring = ringOf(count);
        const own = ring[pick % count] as string;
        const neighbours = neighboursOf(own, ring);
        expect(new Set(neighbours).size).toBe(isMesh(count) ? count - 1 : 8);
        expect(neighbours).not.toContain(own);
        for (const other of neighbours) expect(neighboursOf(other, ring)).toContain(own);
      }),
    );
  });

  it("leads from anyone to anyone in few steps, in the largest network too", () => {
    expect([10, 100, 1_024].map((count) => furthest(ringOf(count)) <= 12)).toEqual([true, true, true]);
  });
});

describe("isGreeter", () => {
  it("is everybody in a small network, and some in any", () => {
    expect([5, 9, 10, 500].map((count) => ringOf(count).filter((id) => isGreeter(id, ringOf(count))).length)).toEqual([
      5, 9, 8, 8,
    ]);
  });
});
