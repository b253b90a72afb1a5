import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suspectSplit } from "../../../../src/engines/ibkr-keepalive/split-suspicion.js";
import { property } from "../../../support/property.js";

const move = (symbol: string, open: number, close = open): Parameters<typeof suspectSplit>[0] => ({
  symbol,
  toOpen: Math.log(open),
  toClose: Math.log(close),
});
const calm = [move("B", 1.001), move("C", 0.999), move("D", 1.002)];

describe("suspectSplit", () => {
  it.each([
    [1 / 2, "2-for-1 split"],
    [1 / 1.5, "1.5-for-1 split"],
    [1 / 7.1, "7-for-1 split"],
    [0.0505, "20-for-1 split"],
    [10.2, "1-for-10 reverse split"],
    [1.98, "1-for-2 reverse split"],
  ])("suspects an open at %s times the last close", (ratio, words) => {
    expect(suspectSplit(move("A", ratio), calm)).toContain(words);
  });

  it.each([0.6, 0.8, 0.95, 1, 1.05, 1.3, 2.3])("finds an open at %s times the last close ordinary", (ratio) => {
    expect(suspectSplit(move("A", ratio), calm)).toBeUndefined();
  });

  it("takes a halving that the day undoes for news", () => {
    expect(suspectSplit(move("A", 0.5, 0.6), calm)).toBeUndefined();
  });

  it("takes a halving for news when the market fell at least half as far", () => {
    const crash = [move("B", 0.65), move("C", 0.7), move("D", 0.9)];
    expect(suspectSplit(move("A", 0.5), crash)).toBeUndefined();
    const boom = crash.map(({ symbol, toOpen }) => move(symbol, Math.exp(-toOpen)));
    expect(suspectSplit(move("A", 0.5), boom)).toContain("2-for-1");
  });

  it("suspects on the price alone where there is no other series", () => {
    expect(suspectSplit(move("A", 0.5), [move("A", 0.5)])).toBe(
      "opens at 0.5000 times the last close, like an unadjusted 2-for-1 split",
    );
  });

  property([fc.double({ min: 0.69, max: 1.45, noNaN: true })])("never suspects less than three for two", (ratio) => {
    expect(suspectSplit(move("A", ratio), calm)).toBeUndefined();
  });
});
