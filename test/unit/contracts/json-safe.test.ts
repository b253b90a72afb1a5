import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonCopy, jsonObstacle } from "../../../src/contracts/json-safe.js";

const cyclic: Record<string, unknown> = { name: "loop" };
cyclic["self"] = cyclic;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}

const throwing = {
  get field(): never {
    throw new Error("no");
  },
};

describe("jsonCopy", () => {
  it("leaves what is JSON as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (drawn) => {
        const value = JSON.parse(JSON.stringify(drawn)) as unknown;
        expect(jsonCopy(value)).toEqual(value);
      }),
    );
  });

  it("says in words what is none, beside what is", () => {
    const value = { kept: [1, "a", null], big: 7n, made: () => 1, not: Number.NaN, gone: undefined, map: new Map() };
    expect(jsonCopy(value)).toEqual({
      kept: [1, "a", null],
      big: "7",
      made: "[function]",
      not: "NaN",
      map: "[object Map]",
    });
    expect(jsonCopy(cyclic)).toEqual({ name: "loop", self: "[circular]" });
    expect(jsonCopy({ at: new Date(0), why: new TypeError("bad"), row: Float64Array.of(1, 2) })).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      why: "bad",
      row: [1, 2],
    });
    expect(jsonCopy(throwing)).toBe("[unreadable]");
  });

  it("ends, however deep or large the value", () => {
    let shared: unknown = 1;
    for (let level = 0; level < 100; level += 1) shared = [shared, shared];
    for (const value of [nested(100_000), new Float64Array(1_000_000), shared]) {
      expect(JSON.stringify(jsonCopy({ value }))).toContain("left out");
    }
  });
});

describe("jsonObstacle", () => {
  it("finds none in what can be written", () => {
    const value = { a: [1, Number.NaN, null, undefined], row: Float64Array.of(1), at: new Date(0), none: () => 1 };
    expect(jsonObstacle(value)).toBeUndefined();
    const twice = { n: 1 };
    expect(jsonObstacle([twice, twice])).toBeUndefined();
  });

  it.each([
    [7n, "its value is a bigint"],
    [{ rows: [{ count: 7n }] }, "rows.0.count is a bigint"],
    [{ ids: BigInt64Array.of(1n) }, "ids holds bigints"],
    [cyclic, "self holds itself"],
    [nested(100_000), "it is nested more than 200 deep"],
    [throwing, "its value cannot be read"],
  ])("says where %# cannot be written", (value, words) => {
    expect(jsonObstacle(value)).toBe(words);
  });
});
