// What every succeeded portfolio run must hold, whatever node and data it came from.
import { expect } from "vitest";
import type { TradingRun } from "../../../src/domain/run-fields.js";
import { AllocationMargin, PortfolioAllocation } from "../../../src/domain/products/portfolio.js";
import { AllocationRisk } from "../../../src/domain/products/risk.js";

export const SEVEN = [
  "COLLATERAL_ENGINE",
  "FACTOR_ENGINE",
  "FEATURES_ENGINE",
  "IBKR_KEEPALIVE_ENGINE",
  "ML_ENGINE",
  "QUANTUM_PORTFOLIO_ENGINE",
  "RISK_ENGINE",
] as const;

interface Mandate {
  readonly minWeight: number;
  readonly maxWeight: number;
  readonly maxAssets: number;
  readonly capital: number;
}

/** The defaults that the API documents. */
export const DEFAULT_MANDATE: Mandate = { minWeight: 0.01, maxWeight: 0.25, maxAssets: 10, capital: 1_000_000 };
const TOLERANCE = 1e-6;

export function weightsOf(run: TradingRun): Record<string, number> {
  return PortfolioAllocation.schema.parse(run.result?.["allocation"]).weights;
}

export function expectSoundPortfolio(run: TradingRun, mandate: Partial<Mandate> = {}): void {
  expect(run).toMatchObject({ workflow: "portfolio_optimization", status: "succeeded" });
  expectSevenInOrder(run);
  expectWithinMandate(run, { ...DEFAULT_MANDATE, ...mandate });
}

function expectSevenInOrder({ steps }: TradingRun): void {
  expect([...new Set(steps.map(({ engineId }) => engineId))].sort()).toEqual(SEVEN);
  const before = new Set<string>();
  for (const step of steps) {
    expect(step.status).toBe("succeeded");
    expect(step.instanceId).toContain(step.engineId);
    for (const needed of step.dependsOn) expect(before).toContain(needed);
    before.add(step.id);
  }
  expect(before.size).toBe(steps.length);
}

function expectWithinMandate(run: TradingRun, { minWeight, maxWeight, maxAssets, capital }: Mandate): void {
  const allocation = PortfolioAllocation.schema.parse(run.result?.["allocation"]);
  const held = Object.entries(allocation.weights);
  const sum = held.reduce((total, [, weight]) => total + weight, 0);
  expect(Math.abs(sum - 1)).toBeLessThan(TOLERANCE);
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(maxAssets);
  const universe = new Set(run.universe?.included.map(({ symbol }) => symbol));
  for (const [symbol, weight] of held) {
    expect(universe).toContain(symbol);
    expect(weight).toBeGreaterThanOrEqual(minWeight - TOLERANCE);
    expect(weight).toBeLessThanOrEqual(maxWeight + TOLERANCE);
  }
  expect(allocation.asOf).toBe(run.asOf);
  const margin = AllocationMargin.schema.parse(run.result?.["margin"]);
  expect(margin.capital).toBe(capital);
  for (const figure of [margin.initial, margin.maintenance]) expect(figure).toBeGreaterThan(0);
  expect(margin.initial).toBeGreaterThanOrEqual(margin.maintenance);
  expect(margin.excess).toBeCloseTo(capital - margin.initial, 4);
  expect(margin.utilisationPct).toBeCloseTo((100 * margin.initial) / capital, 8);
  const risk = AllocationRisk.schema.parse(run.result?.["risk"]);
  expect(risk.volatilityAnnual).toBeGreaterThan(0);
  expectFinite(run.result);
}

function expectFinite(value: unknown, path = "result"): void {
  if (typeof value === "number") expect(Number.isFinite(value), path).toBe(true);
  // JSON writes what is not finite as null: a null in a result is such a number.
  expect(value, path).not.toBeNull();
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) expectFinite(inner, `${path}.${name}`);
}
