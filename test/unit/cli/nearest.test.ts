import { describe, expect, it } from "vitest";
import { nearest } from "../../../src/cli/nearest.js";

const KNOWN = ["port", "dashboard-port", "host", "feed", "data", "data-dir", "speed", "seed", "start", "status"];

describe("nearest", () => {
  it.each([
    ["prot", "port"],
    ["portt", "port"],
    ["hots", "host"],
    ["dashbord-port", "dashboard-port"],
    ["sped", "speed"],
    ["stat", "status"],
    ["strat", "start"],
    ["datadir", "data-dir"],
  ])("takes %s for %s", (given, meant) => {
    expect(nearest(given, KNOWN)).toBe(meant);
  });

  it.each(["teapot", "x", ""])("does not take %j for anything", (given) => {
    expect(nearest(given, KNOWN)).toBeUndefined();
  });
});
