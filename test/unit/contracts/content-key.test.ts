import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseKey, saltedKey, saltOf } from "../../../src/contracts/content-key.js";

/** Keys are hexadecimal digests, or empty for a source that is still to read the world. */
const base = fc.stringMatching(/^[0-9a-f]{0,32}$/);

describe("saltedKey", () => {
  it("leaves a key without salt as it is", () => {
    fc.assert(fc.property(base, (key) => saltedKey(key, undefined) === key));
  });

  it("gives each pair of key and salt a key of its own", () => {
    const pair = fc.tuple(fc.constantFrom("", "a", "ab"), fc.constantFrom(undefined, "", "a", "b", "~", "a~b"));
    fc.assert(
      fc.property(pair, pair, (one, other) => {
        const same = one[0] === other[0] && one[1] === other[1];
        expect(saltedKey(...one) === saltedKey(...other)).toBe(same);
      }),
    );
  });
});

describe("baseKey", () => {
  it("is the key before it was salted, whatever the salt", () => {
    fc.assert(
      fc.property(
        base,
        fc.option(fc.string(), { nil: undefined }),
        (key, salt) => baseKey(saltedKey(key, salt)) === key,
      ),
    );
  });
});

describe("saltOf", () => {
  it("is the salt, or undefined without one", () => {
    fc.assert(
      fc.property(
        base,
        fc.option(fc.string(), { nil: undefined }),
        (key, salt) => saltOf(saltedKey(key, salt)) === salt,
      ),
    );
    expect(saltOf("abc")).toBeUndefined();
    expect(saltOf(saltedKey("abc", ""))).toBe("");
  });
});
