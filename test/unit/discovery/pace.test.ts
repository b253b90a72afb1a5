import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/discovery/pace.js";

function waits(nodes: number, beats: number): number[] {
  const pace = new Pace(1_000);
  pace.quicken(nodes);
  return Array.from({ length: beats }, () => {
    const { waitMs } = pace;
    pace.beaten();
    return waitMs;
  });
}

describe("Pace", () => {
  it("hurries after a change and calms down, never slower than the interval", () => {
    expect(waits(3, 5)).toEqual([250, 500, 1_000, 1_000, 1_000]);
  });

  it("hurries the less the larger the network is", () => {
    expect(waits(16, 3)).toEqual([500, 1_000, 1_000]);
    expect(waits(100, 2)).toEqual([1_000, 1_000]);
  });
});
