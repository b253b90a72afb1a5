import { describe, expect, it } from "vitest";
import { Sightings } from "../../../src/simulation/sightings.js";

describe("Sightings", () => {
  const changedBy = (...looks: readonly (readonly unknown[])[]): readonly boolean[] => {
    const sightings = new Sightings();
    return looks.map((seen) => {
      for (const what of seen) sightings.see(what);
      return sightings.changed();
    });
  };

  it("tell whether anything is other than at the last look, and the first is", () => {
    const [a, b] = [{}, {}];
    expect(changedBy([a, 1], [a, 1], [b, 1], [b, 1], [b, undefined], [b, undefined])).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it("tell of what is there no more, or newly, also at the end", () => {
    expect(changedBy([1, 2], [1], [1], [1, undefined], [1, undefined], [])).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
