import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../src/api/json-fault.js";
import { property } from "../support/property.js";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const nearlyJson = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "\\", "1", "-", ".", "e", "tru", "\n", "\u0001"))
  .map(([text, at, inserted]) => {
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + inserted + text.slice(cut + 1);
  });

describe("findJsonFault", () => {
  it.each([
    ["", 1, 1, "a value"],
    ["{", 1, 2, "a name in double quotes"],
    ['{"a"}', 1, 5, '":"'],
    ['{"a": 1,}', 1, 9, "a name in double quotes"],
    ["[1,\n2,\n]", 3, 1, "a value"],
    ["[1 2]", 1, 4, '"," or "]"'],
    ['{"a": 1 "b"', 1, 9, '"," or "}"'],
    ["01", 1, 2, "the end of the text"],
    ["-", 1, 2, "a digit"],
    ["1.e5", 1, 3, "a digit"],
    ["nul", 1, 1, "a value"],
    ['"abc', 1, 5, "the closing double quote"],
    ['"a\tb"', 1, 3, "an escaped control character"],
    ['"\\x"', 1, 3, "an escape such as \\n"],
    ['"\\u12G4"', 1, 6, "a hex digit"],
    ["{'a': 1}", 1, 2, "a name in double quotes"],
  ])("finds the fault of %j at line %i, column %i", (text, line, column, expected) => {
    expect(findJsonFault(text)).toEqual({ line, column, expected });
  });

  property([fc.oneof(nearlyJson, fc.string(), fc.json())], { numRuns: 2000 })("agrees with JSON.parse", (text) => {
    expect(findJsonFault(text) === undefined).toBe(isJson(text));
  });
});
