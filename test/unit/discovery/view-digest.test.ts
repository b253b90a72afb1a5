import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ViewDigest } from "../../../src/discovery/view-digest.js";

const entries = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 20 });

function digestOf(content: Iterable<readonly [string, string]>): string {
  const digest = new ViewDigest();
  for (const [key, value] of content) digest.set(key, value);
  return digest.value;
}

describe("ViewDigest", () => {
  it("is of what is known, whatever the way to it", () => {
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const digest = new ViewDigest();
        for (const [key, value] of Object.entries(first)) digest.set(key, value);
        for (const key of Object.keys(first)) digest.set(key, undefined);
        for (const [key, value] of Object.entries(second).reverse()) digest.set(key, value);
        expect(digest.value).toBe(digestOf(Object.entries(second)));
      }),
    );
  });

  it("differs where two know different things", () => {
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const isSame = JSON.stringify(Object.entries(first).sort()) === JSON.stringify(Object.entries(second).sort());
        expect(digestOf(Object.entries(first)) === digestOf(Object.entries(second))).toBe(isSame);
      }),
    );
  });
});
