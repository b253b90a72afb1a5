import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContentHash } from "../../../src/kernel/content-hash.js";

const ascii = fc.string({ unit: "binary-ascii", maxLength: 40 });
const piece = fc.oneof(
  fc.record({ ascii }),
  fc.record({
    utf16: fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom("\ud800", "é".repeat(700))),
  }),
  fc.record({ raw: fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(new Uint8Array(3000).fill(7))) }),
);

describe("ContentHash", () => {
  it("is SHA-256 of all pieces, one after the other, however large they are together", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const content = new ContentHash();
        const expected = createHash("sha256");
        for (const each of pieces) {
          if ("ascii" in each) {
            content.ascii(each.ascii);
            expected.update(each.ascii);
          } else if ("utf16" in each) {
            content.utf16(each.utf16);
            expected.update(each.utf16, "utf16le");
          } else {
            content.raw(each.raw);
            expected.update(each.raw);
          }
        }
        expect(content.hex()).toBe(expected.digest("hex"));
      }),
    );
  });

  it("reads the part of a buffer that a view shows", () => {
    const content = new ContentHash();
    content.raw(new Float64Array([1, 2, 3]).subarray(1, 2));
    expect(content.hex()).toBe(
      createHash("sha256")
        .update(new Float64Array([2]))
        .digest("hex"),
    );
  });
});
