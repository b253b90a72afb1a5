import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIds } from "../../../src/kernel/ids.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";

describe("createIds", () => {
  it("never gives the same id twice, whatever the prefixes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("run", "msg", "msg-1", "")), (prefixes) => {
        const ids = createIds(createRandom(1), "node.1");
        const given = prefixes.map((prefix) => ids.next(prefix));
        expect(new Set(given).size).toBe(prefixes.length);
        expect(given.every((id, index) => id.startsWith(`${prefixes[index]}-node.1-`))).toBe(true);
      }),
    );
  });

  it("gives the same ids for the same seed and scope", () => {
    const [a, b] = [createIds(createRandom(7), "node.1"), createIds(createRandom(7), "node.1")];
    for (let count = 0; count < 100; count += 1) expect(a.next("run")).toBe(b.next("run"));
  });

  it("keeps sources apart: by scope, by seed, and within one stream of chance", () => {
    const random = createRandom(1);
    const sources = [
      createIds(random, "node.1"),
      createIds(random, "node.1"),
      createIds(createRandom(1), "node.2"),
      createIds(createRandom(2), "node.1"),
    ];
    const ids = sources.flatMap((source) => Array.from({ length: 50 }, () => source.next("run")));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("fits the envelope with the longest scope a node may have", () => {
    const ids = createIds(createRandom(1), `${"n".repeat(64)}.${Number.MAX_SAFE_INTEGER}`);
    expect(ids.next("msg").length).toBeLessThan(110);
  });
});
