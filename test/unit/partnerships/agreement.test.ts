import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARTNERSHIP_VERBS, type Agreement } from "../../../src/contracts/partnership.js";
import { changed, compareVersions } from "../../../src/partnerships/agreement.js";
import { property } from "../../support/property.js";
import { agreement } from "./support/agreement.js";

const change = fc.record({
  verb: fc.constantFrom(...PARTNERSHIP_VERBS),
  by: fc.constantFrom("consumer" as const, "provider" as const),
  reason: fc.constant(""),
});
const changes = fc.array(change, { maxLength: 6 });

describe("compareVersions", () => {
  property([changes, changes, fc.nat(2), fc.nat(2)])("is antisymmetric", (a, b, bornA, bornB) => {
    const one = a.reduce(changed, agreement({ born: { incarnation: 1, ordinal: bornA } }));
    const other = b.reduce(changed, agreement({ born: { incarnation: 1, ordinal: bornB } }));
    expect(Math.sign(compareVersions(one, other)) + Math.sign(compareVersions(other, one))).toBe(0);
  });

  property([changes, change])("puts each change after what it changes", (before, next) => {
    const known = before.reduce(changed, agreement({}));
    expect(compareVersions(changed(known, next), known)).toBeGreaterThan(0);
  });

  it("takes a later proposal for an earlier one's, whatever its epoch", () => {
    const old = { ...agreement({}), epoch: 99, phase: "dissolved" as const };
    expect(compareVersions(agreement({ born: { incarnation: 2, ordinal: 1 } }), old)).toBeGreaterThan(0);
  });
});

describe("changed", () => {
  it("moves the relationship by one, within its ends", () => {
    const step = (from: Agreement, verb: "promote" | "demote"): Agreement =>
      changed(from, { verb, by: "consumer", reason: "" });
    const primary = step(step(step(agreement({}), "promote"), "promote"), "promote");
    expect(primary.relationship).toBe("primary");
    expect(step(step(step(primary, "demote"), "demote"), "demote").relationship).toBe("optional");
  });

  it("keeps a strain through a demotion, and ends it with relief", () => {
    const strained = changed(agreement({ phase: "active" }), { verb: "strain", by: "consumer", reason: "" });
    const demoted = changed(strained, { verb: "demote", by: "consumer", reason: "" });
    expect([strained.strained, demoted.strained, demoted.phase]).toEqual([true, true, "active"]);
    expect(changed(demoted, { verb: "relieve", by: "consumer", reason: "" }).strained).toBe(false);
  });
});
