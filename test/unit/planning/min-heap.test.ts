import fc from "fast-check";
import { describe, expect } from "vitest";
import { MinHeap } from "../../../src/planning/min-heap.js";
import { property } from "../../support/property.js";

describe("MinHeap", () => {
  property([fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(undefined)), { maxLength: 100 })])(
    "always gives out the least key it holds",
    (moves) => {
      const heap = new MinHeap(1);
      const held: number[] = [];
      for (const key of moves) {
        if (key !== undefined) {
          heap.push(key + 100, key);
          held.push(key);
        } else if (held.length > 0) {
          held.sort((a, b) => a - b);
          expect(heap.leastKey).toBe(held[0]);
          expect(heap.pop()).toBe((held.shift() ?? 0) + 100);
        }
        expect(heap.size).toBe(held.length);
      }
    },
  );
});
