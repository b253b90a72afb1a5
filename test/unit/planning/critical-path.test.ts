import { describe, expect, it } from "vitest";
import { criticalPath } from "../../../src/planning/critical-path.js";
import { findPlan } from "../../../src/planning/find-plan.js";
import { property } from "../../support/property.js";
import { anyMeasures, networks } from "./network-arbitraries.js";

function step(operationId: string, ...dependsOn: string[]): { operationId: string; dependsOn: string[] } {
  return { operationId, dependsOn };
}

describe("criticalPath", () => {
  it("is empty without steps", () => {
    expect(criticalPath([], () => 1)).toEqual({ latencyMs: 0, operationIds: [] });
  });

  it("follows the longest chain, not the one with the most steps", () => {
    const latencyMs = new Map(Object.entries({ a: 1, b: 1, c: 1, slow: 5, z: 1 }));
    const steps = [step("a"), step("b", "a"), step("c", "b"), step("slow"), step("z", "c", "slow")];
    expect(criticalPath(steps, (id) => latencyMs.get(id) ?? 0)).toEqual({ latencyMs: 6, operationIds: ["slow", "z"] });
  });

  it("breaks ties by the smaller operation id, the last step first", () => {
    const steps = [step("a"), step("b"), step("d", "a", "b"), step("c", "b")];
    expect(criticalPath(steps, () => 1).operationIds).toEqual(["b", "c"]);
  });

  property([networks(anyMeasures)])("is a chain of a plan that no other chain outlasts", ({ request, operations }) => {
    const outcome = findPlan(request, operations);
    if (!outcome.found) return;
    const { steps, cost } = outcome.plan;
    const latencyMs = new Map(operations.map((operation) => [operation.id, operation.latencyMs]));
    const stepOf = new Map(steps.map((each) => [each.operationId, each]));
    const longestTo = (id: string): number =>
      (latencyMs.get(id) ?? 0) + Math.max(0, ...(stepOf.get(id)?.dependsOn ?? []).map(longestTo));
    expect(cost.criticalPathMs).toBe(Math.max(0, ...steps.map(({ operationId }) => longestTo(operationId))));
    cost.criticalPath.forEach((id, index) => {
      if (index > 0) expect(stepOf.get(id)?.dependsOn).toContain(cost.criticalPath[index - 1]);
    });
  });
});
