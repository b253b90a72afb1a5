import { beforeEach, describe, expect, it } from "vitest";
import { ReaderSets, type ReaderSet } from "../../../../src/buses/redis-bus/reader-sets.js";

const SOON = 100;
const readers: ReaderSet = { version: "1", views: new Set(["b~1"]), absent: new Set() };

describe("what was seen of a topic's readers", () => {
  let sets: ReaderSets;
  beforeEach(() => {
    sets = new ReaderSets();
    sets.hears();
    sets.set("t", readers);
  });

  const ask = (meanwhile: () => void = () => undefined): void => {
    const ticket = sets.ticket();
    meanwhile();
    sets.relyOn("t", "1", { ticket, untilMs: SOON });
  };

  it("may be relied on for a while after it was asked", () => {
    expect(sets.isReliable("t", 0)).toBe(false);
    ask();
    expect(sets.isReliable("t", SOON - 1)).toBe(true);
    expect(sets.isReliable("t", SOON)).toBe(false);
    expect(sets.isReliable("other", 0)).toBe(false);
  });

  it.each<[string, () => void]>([
    ["it changed", () => sets.changed("t")],
    ["changes may go unheard", () => sets.isDeaf()],
    ["it is another", () => sets.set("t", { ...readers, version: "2" })],
    ["the server lost its data", () => sets.doubt()],
  ])("may not where %s", (_, happens) => {
    ask();
    happens();
    expect(sets.isReliable("t", 0)).toBe(false);
  });

  it.each<[string, () => void]>([
    ["anything changed meanwhile", () => sets.changed("other")],
    [
      "changes may have gone unheard meanwhile",
      () => {
        sets.isDeaf();
        sets.hears();
      },
    ],
    ["changes go unheard", () => sets.isDeaf()],
    ["the server lost its data meanwhile", () => sets.doubt()],
  ])("is no answer where %s", (_, happens) => {
    ask(happens);
    expect(sets.isReliable("t", 0)).toBe(false);
  });

  it("may not before changes are heard of, nor where nothing was seen", () => {
    const deaf = new ReaderSets();
    deaf.set("t", readers);
    deaf.relyOn("t", "1", { ticket: deaf.ticket(), untilMs: SOON });
    expect(deaf.isReliable("t", 0)).toBe(false);
    deaf.hears();
    deaf.relyOn("other", "1", { ticket: deaf.ticket(), untilMs: SOON });
    expect(deaf.isReliable("other", 0)).toBe(false);
    // Of another version than the server has.
    deaf.relyOn("t", "2", { ticket: deaf.ticket(), untilMs: SOON });
    expect(deaf.isReliable("t", 0)).toBe(false);
  });
});
