import { describe, expect, it } from "vitest";
import { randomNetwork } from "../../../bench/support/random-network.js";
import type { PlannableOperation, PlanRequest } from "../../../src/contracts/plan.js";
import { explainPlan } from "../../../src/planning/explain-plan.js";
import { findPlan } from "../../../src/planning/find-plan.js";
import { property } from "../../support/property.js";
import { everyPlan, leastCost } from "./every-plan.js";
import { anyMeasures, networks } from "./network-arbitraries.js";

const REQUEST: PlanRequest = { wants: ["w"], facts: ["f"], preference: "balanced", deadlineMs: 1000 };

function operation(id: string, needs: readonly string[], gives: string, quality: number): PlannableOperation {
  return { id, engineId: id, needs, gives, latencyMs: 0, reliability: 1, quality };
}

describe("explainPlan", () => {
  it("says what each alternative would have cost more", () => {
    const operations = [
      operation("A", ["f"], "w", 0.75),
      operation("B", ["f"], "w", 0.5),
      operation("C", ["m"], "w", 1),
      operation("D", ["f"], "m", 0.25),
      operation("E", ["w"], "m", 1),
      operation("F", ["m", "w"], "w", 1),
    ];
    const outcome = findPlan(REQUEST, operations);
    const choices = outcome.found && explainPlan(outcome.plan, { request: REQUEST, operations });
    expect(choices).toEqual([
      {
        product: "w",
        chosen: "A",
        alternatives: [
          { operationId: "B", extraCost: 0.25 },
          { operationId: "C", extraCost: 0.5 },
          // It needs what it gives: no plan has it.
          { operationId: "F", extraCost: null },
        ],
      },
    ]);
  });

  property([networks(anyMeasures, 8)], { numRuns: 200 })(
    "agrees with trying every plan that uses the alternative",
    ({ request, operations }) => {
      const outcome = findPlan(request, operations);
      if (!outcome.found) return;
      for (const { product, alternatives } of explainPlan(outcome.plan, { request, operations })) {
        for (const { operationId, extraCost } of alternatives) {
          const forced = everyPlan({ ...request, wants: [...request.wants, product] }, operations).filter(
            ({ giverOf }) => giverOf.get(product)?.id === operationId,
          );
          if (forced.length === 0) expect(extraCost).toBeNull();
          else expect(extraCost).toBeCloseTo(leastCost(forced) - outcome.plan.cost.total, 11);
        }
      }
    },
  );

  it("leaves open what is not proven", () => {
    const { request, operations } = randomNetwork(3, { operations: 150, products: 40 });
    const outcome = findPlan(request, operations, { searchSteps: 0 });
    const choices = outcome.found ? explainPlan(outcome.plan, { request, operations }) : [];
    expect(choices.length).toBeGreaterThan(0);
    for (const { alternatives } of choices) for (const { extraCost } of alternatives) expect(extraCost).toBeNull();
  });
});
