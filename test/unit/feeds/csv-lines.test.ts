import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLines, splitFields } from "../../../src/feeds/csv-lines.js";
import { property } from "../../support/property.js";
import { dataFolder } from "./data-folder.js";

describe("splitFields", () => {
  it.each([
    ["a,b", ["a", "b"]],
    ["", [""]],
    [",", ["", ""]],
    ['"a,b",c', ["a,b", "c"]],
    ['"say ""x""",', ['say "x"', ""]],
    ['"",""', ["", ""]],
    ['a, "b" ,c', ["a", "b", "c"]],
  ])("splits %s", (line, fields) => {
    expect(splitFields(line)).toEqual(fields);
  });

  it.each(['"a', 'a"b', '"a"b,c', 'a,"'])("has no fields for %s", (line) => {
    expect(splitFields(line)).toBeUndefined();
  });

  property([fc.array(fc.string({ unit: fc.constantFrom("a", ",", '"', " ", "é") }), { minLength: 1 })])(
    "gives back what was quoted",
    (fields) => {
      const line = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",");
      expect(splitFields(line)).toEqual(fields);
    },
  );
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("readLines", () => {
  const folder = dataFolder();

  it("joins lines, and letters of several bytes, that lie across two reads", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${"é€😀".repeat(index % 7)}${index}`);
    const path = folder.write("a.txt", lines.join("\r\n"));
    const batches = await collect(readLines(path));
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.flat()).toEqual(lines);
  });
});
