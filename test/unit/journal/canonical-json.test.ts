import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/journal/canonical-json.js";
import { property } from "../../support/property.js";

describe("canonicalJson", () => {
  it("sorts the fields of objects at every depth and leaves out those that are undefined", () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined, a: "x" }], a: null })).toBe('{"a":null,"b":[{"a":"x","d":1}]}');
  });

  it.each([
    [-0, "-0"],
    [0.1 + 0.2, "0.30000000000000004"],
    [1e21, "1e+21"],
    [Number.NaN, '{"$number":"NaN"}'],
    [-Infinity, '{"$number":"-Infinity"}'],
    [[undefined], "[null]"],
    [Float64Array.of(1, -0, Number.NaN), '{"$Float64Array":[1,-0,{"$number":"NaN"}]}'],
    [Uint8Array.of(1, 2), '{"$Uint8Array":[1,2]}'],
    [{ $number: "NaN" }, '{"$$number":"NaN"}'],
    ["\ud800", '"\\ud800"'],
  ])("writes %o as %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["a bigint", 1n],
    ["a function", () => 0],
  ])("refuses %s", (_, value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it("refuses a circle", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => canonicalJson(circle)).toThrow(TypeError);
  });

  property([fc.jsonValue()])("is JSON of the same value, whatever the order of fields", (value) => {
    const renamed = JSON.stringify(value).includes('"$');
    if (!renamed) expect(JSON.parse(canonicalJson(value))).toEqual(value);
    expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
