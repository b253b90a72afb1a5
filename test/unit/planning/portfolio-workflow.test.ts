import { describe, expect, it } from "vitest";
import { findPlan } from "../../../src/planning/find-plan.js";
import * as engines from "./seven-engines.js";

const { SEVEN_ENGINES, PORTFOLIO_OPTIMIZATION } = engines;

function stepsOf(outcome: ReturnType<typeof findPlan>): readonly string[] {
  return outcome.found ? outcome.plan.steps.map(({ operationId }) => operationId) : [];
}

describe("findPlan", () => {
  it("leads the portfolio workflow through the seven engines", () => {
    const outcome = findPlan(PORTFOLIO_OPTIMIZATION, SEVEN_ENGINES);
    expect(stepsOf(outcome)).toEqual([
      engines.HISTORY,
      engines.FACTORS,
      engines.FEATURES,
      engines.PREDICT,
      engines.RISK_MODEL,
      engines.OPTIMISE,
      engines.MARGIN,
      engines.ASSESS,
    ]);
    const plan = outcome.found && outcome.plan;
    expect(plan).toMatchObject({ optimal: true, gap: 0, choices: [] });
    // Margin and risk run side by side: the smaller id stands for both.
    expect(plan && plan.cost.criticalPath.at(-1)).toBe(engines.MARGIN);
    expect(plan && plan.cost.criticalPathMs).toBe(70);
    expect(plan && plan.steps.at(-1)).toEqual({
      operationId: engines.ASSESS,
      engineId: "RISK_ENGINE",
      gives: "allocation.risk@1",
      needs: [
        { product: "portfolio.allocation@1", from: { operationId: engines.OPTIMISE } },
        { product: "risk.model@1", from: { operationId: engines.RISK_MODEL } },
        { product: "market.history@1", from: { operationId: engines.HISTORY } },
      ],
      dependsOn: [engines.HISTORY, engines.OPTIMISE, engines.RISK_MODEL],
    });
  });

  it.each([
    ["IBKR_KEEPALIVE_ENGINE", "market.history@1", [engines.FACTORS]],
    ["FACTOR_ENGINE", "factor.matrix@1", [engines.FEATURES]],
    ["FEATURES_ENGINE", "feature.matrix@1", [engines.PREDICT]],
    ["ML_ENGINE", "return.prediction@1", [engines.OPTIMISE, engines.RISK_MODEL]],
    ["QUANTUM_PORTFOLIO_ENGINE", "portfolio.allocation@1", [engines.MARGIN, engines.ASSESS, "goal"]],
    ["COLLATERAL_ENGINE", "allocation.margin@1", ["goal"]],
  ])("without %s misses %s and nothing that follows from it", (engineId, product, neededBy) => {
    const left = SEVEN_ENGINES.filter((operation) => operation.engineId !== engineId);
    const outcome = findPlan(PORTFOLIO_OPTIMIZATION, left);
    expect(outcome.found).toBe(false);
    if (outcome.found) return;
    expect(outcome.missing.map((missing) => missing.product)).toEqual([product]);
    expect(outcome.missing[0]?.neededBy).toEqual(expect.arrayContaining(neededBy));
    expect(outcome.missing[0]?.blockedGivers).toEqual([]);
  });

  it("without RISK_ENGINE misses both of its products, each by who needs it", () => {
    const left = SEVEN_ENGINES.filter(({ engineId }) => engineId !== "RISK_ENGINE");
    expect(findPlan(PORTFOLIO_OPTIMIZATION, left)).toEqual({
      found: false,
      missing: [
        { product: "allocation.risk@1", neededBy: ["goal"], blockedGivers: [] },
        { product: "risk.model@1", neededBy: [engines.MARGIN, engines.OPTIMISE], blockedGivers: [] },
      ],
    });
  });
});

describe("findPlan around what is already made", () => {
  const made = ["market.history@1", "factor.matrix@1", "feature.matrix@1", "return.prediction@1"];

  it("plans the rest around what is made, without what only led to it", () => {
    const request = { ...PORTFOLIO_OPTIMIZATION, facts: [...PORTFOLIO_OPTIMIZATION.facts, ...made], deadlineMs: 4000 };
    const left = SEVEN_ENGINES.filter(({ engineId }) => engineId !== "FACTOR_ENGINE" && engineId !== "ML_ENGINE");
    const outcome = findPlan(request, left);
    expect(stepsOf(outcome)).toEqual([engines.RISK_MODEL, engines.OPTIMISE, engines.MARGIN, engines.ASSESS]);
    expect(outcome.found && outcome.plan.cost.latency).toBe(30 / 4000);
  });

  it("turns to a back-up for what is not made yet", () => {
    const request = { ...PORTFOLIO_OPTIMIZATION, facts: [...PORTFOLIO_OPTIMIZATION.facts, ...made], deadlineMs: 4000 };
    const backUp = {
      id: "PORTFOLIO_ENGINE.optimise_portfolio@1",
      engineId: "PORTFOLIO_ENGINE",
      needs: ["return.prediction@1", "risk.model@1", "portfolio.mandate@1"],
      gives: "portfolio.allocation@1",
      latencyMs: 10,
      reliability: 0.5,
      quality: 0.1,
    };
    expect(stepsOf(findPlan(request, [...SEVEN_ENGINES, backUp]))).toContain(engines.OPTIMISE);
    const left = SEVEN_ENGINES.filter(({ engineId }) => engineId !== "QUANTUM_PORTFOLIO_ENGINE");
    expect(stepsOf(findPlan(request, [...left, backUp]))).toEqual([
      engines.RISK_MODEL,
      backUp.id,
      engines.MARGIN,
      engines.ASSESS,
    ]);
  });
});
