import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAN_PREFERENCES } from "../../../src/contracts/plan.js";
import type { Plan, PlannableOperation, PlanOutcome, PlanRequest } from "../../../src/contracts/plan.js";
import { findPlan } from "../../../src/planning/find-plan.js";
import { property } from "../../support/property.js";
import { everyPlan, firstByWalk, leastCost } from "./every-plan.js";
import { anyMeasures, fewMeasures, networks } from "./network-arbitraries.js";
import { randomNetwork } from "../../../bench/support/random-network.js";

function planOf(outcome: PlanOutcome): Plan {
  if (!outcome.found) throw new Error(`no plan: ${JSON.stringify(outcome.missing)}`);
  return outcome.plan;
}

function idsOf({ steps }: Plan): readonly string[] {
  return steps.map(({ operationId }) => operationId).sort();
}

function operation(id: string, needs: readonly string[], gives: string, more = {}): PlannableOperation {
  return { id, engineId: id, needs, gives, latencyMs: 10, reliability: 0.9, quality: 0.5, ...more };
}

const REQUEST: PlanRequest = { wants: ["w"], facts: ["f"], preference: "balanced", deadlineMs: 1000 };

/** Every want is made, every need is there before its step, and nothing is made twice or for nothing. */
function expectRunnable({ steps }: Plan, { wants, facts }: PlanRequest): void {
  const giverOf = new Map<string, string>();
  const used = new Set(wants);
  for (const step of steps) {
    expect(facts).not.toContain(step.gives);
    expect(giverOf.has(step.gives)).toBe(false);
    for (const { product, from } of step.needs) {
      used.add(product);
      if (from === "fact") expect(facts).toContain(product);
      else expect(giverOf.get(product)).toBe(from.operationId);
    }
    const givers = step.needs.flatMap(({ from }) => (from === "fact" ? [] : [from.operationId]));
    expect(step.dependsOn).toEqual([...new Set(givers)].sort());
    giverOf.set(step.gives, step.operationId);
  }
  for (const want of wants) expect(facts.includes(want) || giverOf.has(want)).toBe(true);
  for (const product of giverOf.keys()) expect(used).toContain(product);
}

/** Of the steps that could come next, always the one with the smallest id. */
function expectTiesById({ steps }: Plan): void {
  steps.forEach((step, index) => {
    const done = new Set(steps.slice(0, index).map(({ operationId }) => operationId));
    const possible = steps.slice(index).filter(({ dependsOn }) => dependsOn.every((id) => done.has(id)));
    expect(step.operationId).toBe(possible.map(({ operationId }) => operationId).sort()[0]);
  });
}

describe("findPlan", () => {
  property([networks(anyMeasures)], { numRuns: 500 })("finds the cheapest of all plans", ({ request, operations }) => {
    const plans = everyPlan(request, operations);
    const outcome = findPlan(request, operations);
    expect(outcome.found).toBe(plans.length > 0);
    if (!outcome.found) return;
    const { plan } = outcome;
    expectRunnable(plan, request);
    expectTiesById(plan);
    expect(Math.abs(plan.cost.total - leastCost(plans))).toBeLessThan(1e-12);
    expect(plan).toMatchObject({ optimal: true, gap: 0, lowerBound: plan.cost.total });
  });

  it("finds the cheapest of hundreds of plans", () => {
    let tried = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const network = randomNetwork(seed, { operations: 26, products: 11, facts: 2, wants: 3 });
      for (const preference of PLAN_PREFERENCES) {
        const request: PlanRequest = { ...network.request, preference, deadlineMs: 300 };
        const plans = everyPlan(request, network.operations);
        tried += plans.length;
        const { cost } = planOf(findPlan(request, network.operations));
        expect(Math.abs(cost.total - leastCost(plans))).toBeLessThan(1e-12);
      }
    }
    expect(tried).toBeGreaterThan(60 * 3 * 100);
  });

  property([networks(fewMeasures)], { numRuns: 500 })(
    "takes, of equally cheap plans, the one that the walk by operation id leads to",
    (network) => {
      const { operations } = network;
      // Its weights are whole, hence all sums exact.
      const request: PlanRequest = { ...network.request, preference: "balanced" };
      const plans = everyPlan(request, operations);
      fc.pre(plans.length > 0);
      const least = leastCost(plans);
      const cheapest = plans.filter(({ cost }) => cost === least);
      expect(idsOf(planOf(findPlan(request, operations)))).toEqual(firstByWalk(cheapest, request.wants));
    },
  );

  property([networks(fewMeasures).chain((network) => fc.tuple(fc.constant(network), shuffled(network.operations)))])(
    "gives the same answer whatever the order of the operations",
    ([{ request, operations }, reordered]) => {
      expect(findPlan(request, reordered)).toEqual(findPlan(request, operations));
      const shortened = { exactUpTo: 0, searchSteps: 50 };
      expect(findPlan(request, reordered, shortened)).toEqual(findPlan(request, operations, shortened));
    },
  );

  property([networks(anyMeasures), fc.nat(400)], { numRuns: 500 })(
    "states a true lower bound and gap however early the search ends",
    ({ request, operations }, searchSteps) => {
      const outcome = findPlan(request, operations, { exactUpTo: 0, searchSteps });
      const least = leastCost(everyPlan(request, operations));
      expect(outcome.found).toBe(least < Infinity);
      if (!outcome.found) return;
      const { cost, lowerBound, gap, optimal } = outcome.plan;
      expectRunnable(outcome.plan, request);
      expect(cost.total).toBeGreaterThan(least - 1e-12);
      expect(lowerBound).toBeLessThan(least + 1e-12);
      expect(gap).toBe(optimal ? 0 : (cost.total - lowerBound) / cost.total);
      if (optimal) expect(cost.total).toBeLessThan(least + 1e-12);
    },
  );

  it("states a true lower bound in networks too large to try every plan", () => {
    let stoppedEarly = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const network = randomNetwork(seed, { operations: 90, products: 26, facts: 3, wants: 3 });
      const request: PlanRequest = { ...network.request, preference: "fast", deadlineMs: 300 };
      const exact = planOf(findPlan(request, network.operations, { exactUpTo: Infinity }));
      expect(exact.optimal).toBe(true);
      for (const searchSteps of [0, 500, 1000, 2000, 4000, 8000, 16_000]) {
        const plan = planOf(findPlan(request, network.operations, { exactUpTo: 0, searchSteps }));
        expectRunnable(plan, request);
        expect(plan.cost.total).toBeGreaterThan(exact.cost.total - 1e-12);
        expect(plan.lowerBound).toBeLessThan(exact.cost.total + 1e-12);
        if (!plan.optimal) stoppedEarly += 1;
      }
    }
    expect(stoppedEarly).toBeGreaterThan(100);
  });

  it("ends at the given clock's budget, with a plan", () => {
    const { request, operations } = randomNetwork(1, { operations: 400, products: 90 });
    let looks = 0;
    const outcome = findPlan(request, operations, { searchSteps: Infinity, nowMs: () => (looks++ < 2 ? 0 : 11) });
    expect(outcome.found).toBe(true);
    expect(looks).toBeLessThan(5);
    expectRunnable(planOf(outcome), request);
  });

  it("uses a fact instead of any giver, at no cost", () => {
    const operations = [operation("A.a@1", [], "m"), operation("B.b@1", ["m", "f"], "w"), operation("C.c@1", [], "f")];
    const plan = planOf(findPlan({ ...REQUEST, facts: ["f", "m"] }, operations));
    expect(idsOf(plan)).toEqual(["B.b@1"]);
    expect(plan.steps[0]?.needs).toEqual([
      { product: "m", from: "fact" },
      { product: "f", from: "fact" },
    ]);
  });

  it("plans nothing where every want is a fact", () => {
    const plan = planOf(findPlan({ ...REQUEST, wants: ["f"] }, [operation("A.a@1", [], "f")]));
    expect(plan).toEqual({
      steps: [],
      cost: { total: 0, latency: 0, reliability: 0, quality: 0, criticalPathMs: 0, criticalPath: [] },
      optimal: true,
      lowerBound: 0,
      gap: 0,
      choices: [],
      unmeasured: [],
    });
  });

  it("counts a shared operation once and delays along the longest path only", () => {
    const operations = [
      operation("S.s@1", ["f"], "s", { latencyMs: 100, reliability: 0.5, quality: 1 }),
      operation("X.x@1", ["s"], "x", { latencyMs: 50, reliability: 1, quality: 0.75 }),
      operation("Y.y@1", ["s"], "y", { latencyMs: 20, reliability: 1, quality: 1 }),
    ];
    const { cost } = planOf(findPlan({ ...REQUEST, wants: ["y", "x", "y"] }, operations));
    expect(cost.criticalPath).toEqual(["S.s@1", "X.x@1"]);
    expect(cost.criticalPathMs).toBe(150);
    expect(cost.latency).toBe(0.15);
    expect(cost.reliability).toBe(Math.LN2);
    expect(cost.quality).toBe(0.25);
    expect(cost.total).toBeCloseTo(0.4 + Math.LN2, 12);
  });

  it("takes what the goal prefers", () => {
    const operations = [
      operation("FAST.go@1", ["f"], "w", { latencyMs: 10, quality: 0.5 }),
      operation("GOOD.go@1", ["f"], "w", { latencyMs: 300, quality: 0.9 }),
    ];
    const chosen = (preference: PlanRequest["preference"]): readonly string[] =>
      idsOf(planOf(findPlan({ ...REQUEST, preference }, operations)));
    expect(chosen("fast")).toEqual(["FAST.go@1"]);
    expect(chosen("balanced")).toEqual(["GOOD.go@1"]);
    expect(chosen("best")).toEqual(["GOOD.go@1"]);
  });

  it("never plans with operations whose numbers are out of range", () => {
    const unusable = [
      { reliability: 0 },
      { reliability: Number.NaN },
      { reliability: 1.5 },
      { quality: -0.1 },
      { quality: Number.NaN },
      { latencyMs: -1 },
      { latencyMs: Infinity },
      { latencyMs: Number.NaN },
    ].map((numbers, index) => operation(`BAD_${index}.go@1`, ["f"], "w", numbers));
    expect(findPlan(REQUEST, unusable)).toEqual({
      found: false,
      missing: [{ product: "w", neededBy: ["goal"], blockedGivers: [] }],
    });
    expect(idsOf(planOf(findPlan(REQUEST, [...unusable, operation("OK.go@1", ["f"], "w")])))).toEqual(["OK.go@1"]);
  });

  it("refuses a deadline that is not positive and an operation that is offered twice", () => {
    expect(() => findPlan({ ...REQUEST, deadlineMs: 0 }, [])).toThrow("positive deadline");
    const twice = [operation("A.a@1", [], "w"), operation("A.a@1", ["f"], "w")];
    expect(() => findPlan(REQUEST, twice)).toThrow("A.a@1 is offered twice");
  });

  it("lists every relevant alternative of the products it makes, and nothing else", () => {
    const operations = [
      operation("A.go@1", ["m"], "w", { quality: 1 }),
      operation("B.go@1", ["n"], "w"),
      operation("C.go@1", ["nowhere"], "w"),
      operation("D.go@1", ["f"], "m"),
      operation("E.go@1", ["f"], "n"),
      operation("F.go@1", ["f"], "n"),
    ];
    expect(planOf(findPlan(REQUEST, operations)).choices).toEqual([
      { product: "w", chosen: "A.go@1", alternatives: [{ operationId: "B.go@1", extraCost: null }] },
    ]);
  });
});

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}
