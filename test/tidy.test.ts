// The lint that knows this project: its findings are failures. Files that do not keep a newer rule yet are named in one list,
// which only gets shorter.
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EXCEPTIONS, outsideOf } from "./tidy/exceptions.js";
import { RULES, type Rule } from "./tidy/rules.js";
import { readTree } from "./tidy/source-tree.js";

describe("the project", () => {
  const tree = readTree(fileURLToPath(new URL("..", import.meta.url)));

  it("is seen by the rules", () => {
    expect(tree.code("src").length).toBeGreaterThan(20);
    expect(tree.code("test").length).toBeGreaterThan(0);
  });

  it.each(Object.entries(RULES) as [keyof typeof RULES, Rule][])("%s", (name, rule) => {
    expect(
      outsideOf(EXCEPTIONS[name] ?? [], rule(tree)).map(({ path, line, message }) => `${path}:${line}: ${message}`),
    ).toEqual([]);
  });
});
