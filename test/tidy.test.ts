// The lint that knows this project: its findings are failures, and no rule is ever weakened for a file.
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { RULES } from "./tidy/rules.js";
import { readTree } from "./tidy/source-tree.js";

describe("the project", () => {
  const tree = readTree(fileURLToPath(new URL("..", import.meta.url)));

  it("is seen by the rules", () => {
    expect(tree.code("src").length).toBeGreaterThan(20);
    expect(tree.code("test").length).toBeGreaterThan(0);
  });

  it.each(Object.entries(RULES))("%s", (_, rule) => {
    expect(rule(tree).map(({ path, line, message }) => `${path}:${line}: ${message}`)).toEqual([]);
  });
});
