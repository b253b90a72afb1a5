import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GOAL, type MissingProduct, type PlannableOperation, type PlanRequest } from "../../../src/contracts/plan.js";
import { findPlan } from "../../../src/planning/find-plan.js";
import { property } from "../../support/property.js";
import { fewMeasures, networks } from "./network-arbitraries.js";

const REQUEST: PlanRequest = { wants: ["w"], facts: ["f"], preference: "balanced", deadlineMs: 1000 };

function missingOf(request: PlanRequest, operations: readonly PlannableOperation[]): readonly MissingProduct[] {
  const outcome = findPlan(request, operations);
  return outcome.found ? [] : outcome.missing;
}

function operation(id: string, needs: readonly string[], gives: string): PlannableOperation {
  return { id, engineId: id, needs, gives, latencyMs: 1, reliability: 1, quality: 1 };
}

describe("missingProducts", () => {
  it("names a product that nothing has ever given", () => {
    expect(missingOf(REQUEST, [])).toEqual([{ product: "w", neededBy: [GOAL], blockedGivers: [] }]);
  });

  it("names the root, not what fails as a consequence", () => {
    const operations = [operation("A", ["x"], "y"), operation("B", ["y", "f"], "z"), operation("C", ["z"], "w")];
    expect(missingOf(REQUEST, operations)).toEqual([{ product: "x", neededBy: ["A"], blockedGivers: [] }]);
  });

  it("names one way out where several would do", () => {
    const operations = [operation("A", ["x1"], "w"), operation("B", ["x2", "x3"], "w")];
    expect(missingOf(REQUEST, operations)).toEqual([{ product: "x1", neededBy: ["A"], blockedGivers: [] }]);
  });

  it("leaves out what no way to the goal needs", () => {
    const operations = [operation("A", ["x"], "w"), operation("B", ["other"], "aside")];
    expect(missingOf(REQUEST, operations).map(({ product }) => product)).toEqual(["x"]);
  });

  it("names the products of a circle, and who waits in it", () => {
    const operations = [operation("A", ["b"], "a"), operation("B", ["a"], "b"), operation("C", ["a"], "w")];
    expect(missingOf(REQUEST, operations)).toEqual([
      { product: "a", neededBy: ["B", "C"], blockedGivers: ["A"] },
      { product: "b", neededBy: ["A"], blockedGivers: ["B"] },
    ]);
  });

  it("names an operation that waits for itself", () => {
    expect(missingOf(REQUEST, [operation("A", ["w"], "w")])).toEqual([
      { product: "w", neededBy: ["A", GOAL], blockedGivers: ["A"] },
    ]);
  });

  it("names a circle that hangs on another, and both only where both are needed", () => {
    const inner = [operation("A", ["b"], "a"), operation("B", ["a"], "b")];
    const outer = [operation("C", ["d", "a"], "c"), operation("D", ["c"], "d")];
    const both = missingOf({ ...REQUEST, wants: ["c"] }, [...inner, ...outer]);
    expect(both.map(({ product }) => product)).toEqual(["a", "b", "c", "d"]);
    const open = operation("E", ["a"], "d");
    const one = missingOf({ ...REQUEST, wants: ["c"] }, [...inner, ...outer, open]);
    expect(one.map(({ product }) => product)).toEqual(["a", "b"]);
  });

  property([networks(fewMeasures, 6), fc.array(fc.nat(20), { maxLength: 6 })], { numRuns: 500 })(
    "names what would make a plan, and no more than that",
    ({ request, operations }, lost) => {
      const left = operations.filter((_, index) => !lost.includes(index));
      const outcome = findPlan(request, left);
      fc.pre(!outcome.found);
      const missing = missingOf(request, left);
      const supplied = (products: readonly MissingProduct[]): boolean =>
        findPlan({ ...request, facts: [...request.facts, ...products.map(({ product }) => product)] }, left).found;
      expect(supplied(missing)).toBe(true);
      const absent = missing.filter(({ blockedGivers }) => blockedGivers.length === 0);
      for (const one of missing) {
        expect(one.neededBy).not.toEqual([]);
        const givers = left.filter(({ gives }) => gives === one.product).map(({ id }) => id);
        expect(givers).toEqual(expect.arrayContaining([...one.blockedGivers]));
        if (absent.includes(one)) expect(givers).toEqual([]);
        if (absent.length === missing.length) expect(supplied(missing.filter((other) => other !== one))).toBe(false);
      }
      expect(supplied(absent)).toBe(absent.length === missing.length);
    },
  );
});
