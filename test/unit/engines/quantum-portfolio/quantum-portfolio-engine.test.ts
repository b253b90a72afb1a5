import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PortfolioAllocation, type PortfolioAllocationValue } from "../../../../src/domain/products/portfolio.js";
import { quantumPortfolioEngine } from "../../../../src/engines/quantum-portfolio/quantum-portfolio-engine.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { infeasibility } from "../../../../src/quant/optimisation/feasibility.js";
import { bruteForce, sparseProgram } from "../../quant/optimisation/programs.js";
import { property } from "../../../support/property.js";
import {
  allocationInputs,
  oneFactorMarket,
  runOperation,
  type AllocationInputs,
  type Market,
} from "./allocation-inputs.js";

const optimise = (inputs: AllocationInputs, seed?: number): Promise<PortfolioAllocationValue> =>
  runOperation(quantumPortfolioEngine, inputs, seed);

const total = (weights: Readonly<Record<string, number>>): number =>
  Object.values(weights).reduce((sum, weight) => sum + weight, 0);

function expectFeasible({ weights }: PortfolioAllocationValue, { risk, mandate }: AllocationInputs): void {
  const { minWeight, maxWeight, maxAssets } = mandate.constraints;
  expect(Math.abs(total(weights) - 1)).toBeLessThan(1e-9);
  expect(Object.keys(weights).length).toBeLessThanOrEqual(maxAssets);
  expect(Object.keys(weights)).toEqual(risk.symbols.filter((symbol) => symbol in weights));
  for (const weight of Object.values(weights)) {
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeGreaterThanOrEqual(minWeight - 1e-12);
    expect(weight).toBeLessThanOrEqual(maxWeight + 1e-12);
  }
}

/** The stages lead up to what is returned, and the method names the first and those that improved on the one before. */
function expectStages({ stages, method, objective, gapToOptimum }: PortfolioAllocationValue): void {
  const methods = stages.map((stage) => stage.method);
  expect(methods).toEqual([
    expect.stringMatching(/^(qubo-tempering|first-assets)\+qp$/),
    "exchange",
    "branch-and-bound",
  ]);
  expect(stages.at(-1)).toEqual({ method: "branch-and-bound", objective, gap: gapToOptimum });
  const named = (part: string): boolean => part === methods[0] || method.split("+").includes(part);
  expect(method).toBe(methods.filter(named).join("+"));
  for (const [at, { method: part, objective: reached, gap }] of stages.slice(1).entries()) {
    const before = stages[at]!;
    if (named(part)) expect(reached).toBeGreaterThan(before.objective - 1e-9);
    else expect({ reached, gap }).toEqual({ reached: before.objective, gap: before.gap });
  }
}

describe("quantumPortfolioEngine", () => {
  it("allocates the default mandate over 32 assets and proves the optimum", async () => {
    const inputs = allocationInputs(oneFactorMarket(32, 1));
    const allocation = await optimise(inputs);
    expect(PortfolioAllocation.schema.parse(allocation)).toEqual(allocation);
    expectFeasible(allocation, inputs);
    expect(allocation).toMatchObject({ asOf: "2018-05-11", gapToOptimum: 0, gapKind: "exact" });
    const { model, coverage, outOfSample } = inputs.prediction;
    const { informationCoefficient, informationCoefficientStandardError } = outOfSample;
    expect(allocation.prediction).toEqual({
      model,
      coverage,
      informationCoefficient,
      informationCoefficientStandardError,
    });
    expectStages(allocation);
    const { objective, expectedReturn, volatility } = allocation;
    expect(objective).toBeCloseTo(expectedReturn - 2.5 * volatility ** 2, 12);
  });

  it("gives the same bytes for the same inputs, and leaves the inputs alone", async () => {
    const inputs = allocationInputs(oneFactorMarket(24, 2));
    const before = structuredClone(inputs);
    expect(JSON.stringify(await optimise(inputs))).toBe(JSON.stringify(await optimise(inputs)));
    expect(inputs).toEqual(before);
  });

  it("does not mind in which order the prediction lists the assets", async () => {
    const inputs = allocationInputs(oneFactorMarket(12, 3));
    const { prediction } = inputs;
    const reversed = {
      ...prediction,
      symbols: prediction.symbols.toReversed(),
      expectedReturnAnnual: prediction.expectedReturnAnnual.toReversed(),
    };
    expect(await optimise({ ...inputs, prediction: reversed })).toEqual(await optimise(inputs));
  });

  it("leaves out what has no prediction", async () => {
    const inputs = allocationInputs(oneFactorMarket(12, 4), { constraints: { maxWeight: 0.5 } });
    const { prediction } = inputs;
    const symbols = prediction.symbols.slice(6);
    const expectedReturnAnnual = prediction.expectedReturnAnnual.slice(6);
    const { weights } = await optimise({ ...inputs, prediction: { ...prediction, symbols, expectedReturnAnnual } });
    expect(Object.keys(weights).every((symbol) => symbols.includes(symbol))).toBe(true);
  });

  property([sparseProgram(8), fc.constantFrom(0, 0.5, 5, 500)], { numRuns: 60 })(
    "is optimal where it says so, whatever the mandate",
    async (program, riskAversion) => {
      const { size, minWeight, maxWeight, most } = program;
      const constraints = { minWeight, maxWeight, maxAssets: most };
      const market = { mean: program.linear, covariance: program.quadratic };
      const inputs = allocationInputs(market, { constraints, riskAversion });
      const allocation = await optimise(inputs);
      expectFeasible(allocation, inputs);
      expectStages(allocation);
      const quadratic = program.quadratic.map((value) => riskAversion * value);
      const best = -bruteForce({ ...program, size, quadratic }).cost;
      expect(allocation).toMatchObject({ gapKind: "exact", gapToOptimum: 0 });
      expect(Math.abs(allocation.objective - best)).toBeLessThan(1e-8 * Math.max(1, riskAversion));
    },
  );

  it("bounds the gap where the node limit ends the proof, and measures its quality by it", async () => {
    const inputs = allocationInputs(alike(60, 90, 5), { riskAversion: 100 });
    const allocation = await optimise(inputs);
    expectFeasible(allocation, inputs);
    expectStages(allocation);
    expect(allocation.gapKind).toBe("bound");
    expect(allocation.gapToOptimum).toBeGreaterThan(0);
    expect(allocation.gapToOptimum).toBeLessThan(0.1);
    const [operation] = quantumPortfolioEngine.create().operations ?? [];
    expect(operation?.quality?.(allocation as never)).toBe(1 / (1 + allocation.gapToOptimum));
  });
});

/** Equal returns and no structure in the risk: thousands of portfolios within a hair of each other. */
function alike(n: number, factors: number, seed: number): Market {
  const random = createRandom(seed);
  const covariance = new Float64Array(n * n);
  for (let factor = 0; factor < factors; factor += 1) {
    const load = Array.from({ length: n }, () => 0.02 * random.normal() + 0.01);
    for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) covariance[i * n + j]! += load[i]! * load[j]!;
  }
  return { mean: new Float64Array(n).fill(0.05), covariance };
}

describe("the stages of an allocation", () => {
  it("give exchange moves the credit where they improved what annealing chose", async () => {
    const inputs = allocationInputs(oneFactorMarket(12, 0), { constraints: { minWeight: 0, maxAssets: 6 } });
    const allocation = await optimise(inputs);
    expectStages(allocation);
    expect(allocation).toMatchObject({ method: "qubo-tempering+qp+exchange", gapToOptimum: 0 });
    const [annealed, exchanged] = allocation.stages;
    const optimum = allocation.objective;
    expect(annealed!.gap).toBeCloseTo((optimum - annealed!.objective) / Math.abs(optimum), 9);
    expect(annealed!.gap).toBeGreaterThan(0.01);
    expect(exchanged).toEqual({ method: "exchange", objective: optimum, gap: 0 });
  });

  it("give branch and bound the credit where no exchange was left, and all know the same bound", async () => {
    const constraints = { minWeight: 0.05, maxWeight: 0.5, maxAssets: 4 };
    const allocation = await optimise(allocationInputs(alike(60, 90, 13), { constraints, riskAversion: 100 }));
    expectStages(allocation);
    expect(allocation).toMatchObject({ method: "qubo-tempering+qp+branch-and-bound", gapKind: "bound" });
    // All objectives are negative here, and so is the bound: gap = (bound − objective) / −bound.
    const [bound, ...others] = allocation.stages.map(({ objective, gap }) => objective / (1 + gap));
    for (const other of others) expect(other).toBeCloseTo(bound!, 9);
    expect(allocation.stages[1]!.gap).toBeGreaterThan(allocation.gapToOptimum + 0.01);
  });
});

describe("quantumPortfolioEngine at the corners", () => {
  it("buys the best as far as the bounds let it without risk aversion", async () => {
    const mean = Float64Array.of(0.01, 0.08, 0.03, 0.09, 0.05, 0.07, 0.02);
    const covariance = Float64Array.from({ length: 49 }, (_, at) => (at % 8 === 0 ? 0.04 : 0.01));
    const { weights, objective } = await optimise(allocationInputs({ mean, covariance }, { riskAversion: 0 }));
    expect(weights).toEqual({ A001: 0.25, A003: 0.25, A004: 0.25, A005: 0.25 });
    expect(objective).toBeCloseTo((0.08 + 0.09 + 0.05 + 0.07) / 4, 12);
  });

  it("holds fewer than allowed where the least weight forces it", async () => {
    const inputs = allocationInputs(oneFactorMarket(20, 6), { constraints: { minWeight: 0.2 }, riskAversion: 50 });
    const allocation = await optimise(inputs);
    expectFeasible(allocation, inputs);
    expect(Object.keys(allocation.weights).length).toBeLessThanOrEqual(5);
  });

  it("splits equally where the bounds leave no choice", async () => {
    const constraints = { minWeight: 0.25, maxWeight: 0.25, maxAssets: 4 };
    const { weights } = await optimise(allocationInputs(oneFactorMarket(9, 7), { constraints }));
    expect(Object.values(weights)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("takes the least variance where all returns are equal", async () => {
    const mean = new Float64Array(5).fill(0.05);
    const covariance = Float64Array.from({ length: 25 }, (_, at) => (at % 6 === 0 ? 0.01 * (1 + at / 6) : 0));
    const constraints = { minWeight: 0, maxWeight: 1, maxAssets: 2 };
    const { weights } = await optimise(allocationInputs({ mean, covariance }, { constraints }));
    expect(Object.keys(weights)).toEqual(["A000", "A001"]);
    expect(weights["A000"]).toBeCloseTo(2 / 3, 9);
  });

  it("answers for a covariance of zeros", async () => {
    const market = { mean: Float64Array.of(0.1, 0.2, 0.3, 0.05, 0.06), covariance: new Float64Array(25) };
    const inputs = allocationInputs(market, { constraints: { maxAssets: 4 } });
    const allocation = await optimise(inputs);
    expectFeasible(allocation, inputs);
    expect(allocation.objective).toBeCloseTo((0.1 + 0.2 + 0.3 + 0.06) / 4, 12);
    expect(allocation.volatility).toBe(0);
  });

  it("holds everything where the mandate allows it and it pays", async () => {
    const mean = new Float64Array(6).fill(0.05);
    const covariance = Float64Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 0.04 : 0));
    const { weights } = await optimise(allocationInputs({ mean, covariance }));
    for (const weight of Object.values(weights)) expect(weight).toBeCloseTo(1 / 6, 12);
  });
});

describe("quantumPortfolioEngine refuses", () => {
  const market = oneFactorMarket(12, 8);

  it("a mandate that cannot be met, naming the constraint as planning would", async () => {
    const inputs = allocationInputs(market, { constraints: { maxAssets: 3 } });
    const refusal = infeasibility(inputs.mandate.constraints, 12);
    await expect(optimise(inputs)).rejects.toMatchObject({ code: "INFEASIBLE", message: refusal?.message });
  });

  it("a universe too small for the mandate", async () => {
    const inputs = allocationInputs(oneFactorMarket(3, 8));
    const details = { constraint: "universe", assets: 3 };
    await expect(optimise(inputs)).rejects.toMatchObject({ code: "INFEASIBLE", details });
  });

  it("inputs of different days, missing numbers and an indefinite covariance", async () => {
    const inputs = allocationInputs(market);
    const stale = { ...inputs, prediction: { ...inputs.prediction, asOf: "2018-05-10" } };
    const missing = allocationInputs({ ...market, mean: market.mean.with(3, Number.NaN) });
    const holes = allocationInputs({ ...market, covariance: market.covariance.with(14, Number.NaN) });
    const indefinite = allocationInputs({
      ...market,
      covariance: market.covariance.map((value, at) => (at % 13 === 0 ? value : 1)),
    });
    await expect(optimise(stale)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(optimise(missing)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { symbol: "A003" } });
    await expect(optimise(holes)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(optimise(indefinite)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
