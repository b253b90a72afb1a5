import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RELATIONSHIPS } from "../../../src/contracts/partnership.js";
import { mayPromote, preferenceFactor } from "../../../src/partnerships/relationship.js";
import { trustLower } from "../../../src/partnerships/trust.js";
import { property } from "../../support/property.js";
import { agreement } from "./support/agreement.js";

/** The least number of met calls, and none missed, whose trust is at least that. */
function metFor(lower: number): number {
  let met = 0;
  while (trustLower({ met, missed: 0 }) < lower) met += 1;
  return met;
}

describe("mayPromote", () => {
  it.each([
    ["optional", 0.8],
    ["secondary", 0.9],
  ] as const)(
    "lets an %s partner come closer at a lower bound of trust of %d, and not before",
    (relationship, lower) => {
      const met = metFor(lower);
      expect(mayPromote(relationship, { met, missed: 0 }, false)).toBe(true);
      expect(mayPromote(relationship, { met: met - 1, missed: 0 }, false)).toBe(false);
      expect(mayPromote(relationship, { met, missed: met }, false)).toBe(false);
    },
  );

  it("lets nobody come closer than primary", () => {
    expect(mayPromote("primary", { met: 1e9, missed: 0 }, false)).toBe(false);
  });

  it("lets nobody become a second primary, but an optional one become secondary beside it", () => {
    const trust = { met: 1000, missed: 0 };
    expect(mayPromote("secondary", trust, true)).toBe(false);
    expect(mayPromote("optional", trust, true)).toBe(true);
  });
});

describe("preferenceFactor", () => {
  const active = agreement({ phase: "active" });

  it("favours whoever is closer", () => {
    const factors = RELATIONSHIPS.map((relationship) => preferenceFactor({ ...active, relationship }));
    expect(factors).toEqual([1, 0.9, 0.8]);
  });

  it("holds a strain against a partner, so that one is no better than a stranger for being close", () => {
    const factors = RELATIONSHIPS.map((relationship) => preferenceFactor({ ...active, relationship, strained: true }));
    expect(factors).toEqual([1.25, 1.125, 1]);
  });

  property([fc.constantFrom(...RELATIONSHIPS), fc.boolean()])(
    "is neutral while it is not active",
    (relationship, strained) => {
      for (const phase of ["proposed", "negotiating", "trial", "suspended", "dissolved"] as const) {
        expect(preferenceFactor({ ...active, phase, relationship, strained })).toBe(1);
      }
    },
  );
});
