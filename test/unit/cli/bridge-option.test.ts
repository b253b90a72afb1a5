import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands.js";
import { readSettings, type Sources } from "../../../src/cli/settings.js";

const OPTION = COMMANDS.find(({ name }) => name === "start")?.options.find(({ name }) => name === "bridge");

function read(sources: Partial<Sources>): unknown {
  const none: Sources = { given: new Map(), env: {}, file: { name: "a.json", values: new Map() } };
  return readSettings([OPTION!], { ...none, ...sources }).given["bridge"];
}

describe("the bridge option", () => {
  const patterns = ["market.*:out", "strategy.signals@1:in"];

  it("says the same on the command line, in the environment, and in a file as a list or as a text", () => {
    expect(read({ given: new Map([["bridge", ["market.*:out", "strategy.signals@1:in"]]]) })).toEqual(patterns);
    expect(read({ given: new Map([["bridge", ["market.*:out, strategy.signals@1:in"]]]) })).toEqual(patterns);
    expect(read({ env: { NAUTILUS_BRIDGE: "market.*:out,strategy.signals@1:in" } })).toEqual(patterns);
    expect(read({ file: { name: "a.json", values: new Map([["bridge", patterns]]) } })).toEqual(patterns);
    expect(read({ file: { name: "a.json", values: new Map([["bridge", patterns.join()]]) } })).toEqual(patterns);
  });

  it("refuses what is no pattern by naming what it expects", () => {
    expect(() => read({ env: { NAUTILUS_BRIDGE: "market.bar" } })).toThrow(
      'environment variable NAUTILUS_BRIDGE: expected a product and a direction, like market.*:out or strategy.signals@1:in (up to 64, separated by commas), not "market.bar"',
    );
    expect(() => read({ file: { name: "a.json", values: new Map([["bridge", []]]) } })).toThrow("bridge in a.json");
  });
});
