import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARTNERSHIP_VERBS, type Agreement } from "../../../src/contracts/partnership.js";
import { changed, compareAgreements } from "../../../src/partnerships/agreement.js";
import { property } from "../../support/property.js";
import { agreement } from "./support/agreement.js";

/** What two sides may make of one agreement, each on its own. */
const change = fc.record({
  verb: fc.constantFrom(...PARTNERSHIP_VERBS),
  by: fc.constantFrom("consumer" as const, "provider" as const),
  reason: fc.constant(""),
});
const version: fc.Arbitrary<Agreement> = fc
  .tuple(fc.array(change, { maxLength: 6 }), fc.integer({ min: 0, max: 2 }))
  .map(([changes, ordinal]) => changes.reduce(changed, agreement({ born: { incarnation: 1, ordinal } })));

describe("compareAgreements", () => {
  property([version, version])("is antisymmetric", (a, b) => {
    expect(Math.sign(compareAgreements(a, b)) + Math.sign(compareAgreements(b, a))).toBe(0);
  });

  property([version, version, version])("is transitive", (a, b, c) => {
    fc.pre(compareAgreements(a, b) >= 0 && compareAgreements(b, c) >= 0);
    expect(compareAgreements(a, c)).toBeGreaterThanOrEqual(0);
  });

  property([version, version])("is the same only for the same phase", (a, b) => {
    fc.pre(compareAgreements(a, b) === 0 && a.born.ordinal === b.born.ordinal);
    expect([a.phase === "dissolved", a.epoch, a.by]).toEqual([b.phase === "dissolved", b.epoch, b.by]);
  });

  property([version, fc.array(change, { maxLength: 6 })])("keeps what was dissolved", (dissolved, later) => {
    const ended = changed(dissolved, { verb: "dissolve", by: "provider", reason: "" });
    const other = later.reduce(changed, dissolved);
    fc.pre(other.phase !== "dissolved");
    expect(compareAgreements(ended, other)).toBeGreaterThan(0);
  });

  it("takes a later proposal for an earlier one's, whatever its epoch", () => {
    const old = { ...agreement({}), epoch: 99, phase: "dissolved" as const };
    expect(compareAgreements(agreement({ born: { incarnation: 2, ordinal: 1 } }), old)).toBeGreaterThan(0);
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
