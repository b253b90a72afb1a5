import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AllocationMargin,
  type AllocationMarginValue,
  type PortfolioAllocationValue,
} from "../../../../src/domain/products/portfolio.js";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import { collateralEngine } from "../../../../src/engines/collateral/collateral-engine.js";
import {
  allocationInputs,
  oneFactorMarket,
  runOperation,
  type AllocationInputs,
} from "../quantum-portfolio/allocation-inputs.js";
import { property } from "../../../support/property.js";

const SYMBOLS = ["A000", "A001", "A002", "A003", "A004"];
const BARS = 40;

interface MarginInputs extends Pick<AllocationInputs, "risk" | "mandate"> {
  readonly allocation: PortfolioAllocationValue;
  readonly history: MarketHistoryValue;
}

const marginOf = (inputs: MarginInputs): Promise<AllocationMarginValue> => runOperation(collateralEngine, inputs);

/** Closes that rise by 1 % a bar but for a fall of `fall` in the middle. */
function marginInputs(weights: Readonly<Record<string, number>>, fall = 0.02): MarginInputs {
  const { risk, mandate } = allocationInputs(oneFactorMarket(SYMBOLS.length, 1));
  const close = new Float64Array(SYMBOLS.length * BARS);
  for (let s = 0; s < SYMBOLS.length; s += 1) {
    for (let d = 0; d < BARS; d += 1) close[s * BARS + d] = 100 * 1.01 ** d * (d >= BARS / 2 ? 1 - fall : 1);
  }
  const start = Date.UTC(2018, 3, 2);
  const dates = Array.from({ length: BARS }, (_, d) => new Date(start + d * 86_400_000).toISOString().slice(0, 10));
  const asOf = risk.asOf;
  const included = SYMBOLS.map((symbol) => ({ symbol, origin: "synthetic" as const, filledBars: 0 }));
  const prices = { open: close, high: close, low: close, close, volume: new Float64Array(close.length).fill(1e6) };
  const outcome = { expectedReturn: 0.1, volatility: 0.2, objective: 0, method: "test", gapToOptimum: 0, stages: [] };
  return {
    risk,
    mandate,
    allocation: { asOf, weights, ...outcome, gapKind: "exact", prediction: UNKNOWN_PREDICTION },
    history: { asOf, dates, symbols: SYMBOLS, universe: { included, excluded: [] }, ...prices },
  };
}

const UNKNOWN_PREDICTION = {
  model: "test",
  informationCoefficient: 0,
  informationCoefficientStandardError: 1,
  coverage: 1,
};

const weightsOf = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: SYMBOLS.length })
  .map((parts) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return Object.fromEntries(parts.map((part, i) => [SYMBOLS[i]!, part / sum]));
  });

describe("collateralEngine", () => {
  it("margins each position of the allocation and sums them", async () => {
    const margin = await marginOf(marginInputs({ A000: 0.05, A002: 0.25, A004: 0.7 }));
    expect(AllocationMargin.schema.parse(margin)).toEqual(margin);
    expect(Object.keys(margin.positions)).toEqual(["A000", "A002", "A004"]);
    expect(margin.positions["A000"]).toEqual({
      origin: "synthetic",
      value: 50_000,
      initialRate: 0.5,
      maintenanceRate: 0.25,
      initial: 25_000,
      maintenance: 12_500,
    });
    expect(margin.positions["A002"]?.maintenanceRate).toBeCloseTo(0.25 + 0.075, 12);
    expect(margin.positions["A004"]?.initialRate).toBeCloseTo(1.25 * (0.25 + 0.3), 12);
  });

  property([weightsOf])("adds up: totals, excess and utilisation follow from the positions", async (weights) => {
    const inputs = marginInputs(weights);
    const margin = await marginOf(inputs);
    const positions = Object.values(margin.positions);
    const sum = (part: (position: (typeof positions)[number]) => number): number =>
      positions.reduce((total, position) => total + part(position), 0);
    expect(margin.initial).toBeCloseTo(
      sum((position) => position.value * position.initialRate),
      6,
    );
    expect(margin.maintenance).toBeCloseTo(
      sum((position) => position.value * position.maintenanceRate),
      6,
    );
    expect(margin.initial).toBeGreaterThanOrEqual(margin.maintenance);
    expect(margin.excess).toBe(margin.capital - margin.initial);
    expect(margin.excess).toBeGreaterThanOrEqual(-1e-9 * margin.capital);
    expect(margin.utilisationPct).toBeCloseTo((100 * margin.initial) / inputs.mandate.capital, 9);
  });

  property([weightsOf, fc.integer({ min: 1, max: 1000 })])("is homogeneous in the capital", async (weights, factor) => {
    const inputs = marginInputs(weights);
    const { capital } = inputs.mandate;
    const one = await marginOf(inputs);
    const many = await marginOf({ ...inputs, mandate: { ...inputs.mandate, capital: capital * factor } });
    expect(many.initial / factor).toBeCloseTo(one.initial, 4);
    expect(many.maintenance / factor).toBeCloseTo(one.maintenance, 4);
    expect(many.utilisationPct).toBeCloseTo(one.utilisationPct, 9);
  });

  property([weightsOf, fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 })])(
    "never asks for less after a deeper fall",
    async (weights, one, other) => {
      const [shallow, deep] = [Math.min(one, other) / 100, Math.max(one, other) / 100];
      const before = await marginOf(marginInputs(weights, shallow));
      const after = await marginOf(marginInputs(weights, deep));
      expect(after.initial).toBeGreaterThanOrEqual(before.initial);
      expect(after.maintenance).toBeGreaterThanOrEqual(before.maintenance);
    },
  );

  property([weightsOf, fc.integer({ min: 1, max: 20 })])(
    "never asks for less of a riskier model",
    async (weights, factor) => {
      const inputs = marginInputs(weights);
      const tailRisk = inputs.risk.tailRisk.map((tail) => ({ ...tail, historicalEs99: tail.historicalEs99 * factor }));
      const before = await marginOf(inputs);
      const after = await marginOf({ ...inputs, risk: { ...inputs.risk, tailRisk } });
      expect(after.initial).toBeGreaterThanOrEqual(before.initial);
      expect(after.maintenance).toBeGreaterThanOrEqual(before.maintenance);
    },
  );

  it("marks each position with where its prices come from", async () => {
    const inputs = marginInputs({ A001: 0.5, A003: 0.5 });
    const { universe } = inputs.history;
    const included = universe.included.map((one) =>
      one.symbol === "A003" ? { ...one, origin: "real" as const } : one,
    );
    const withOrigins = (known: typeof included): MarginInputs => ({
      ...inputs,
      history: { ...inputs.history, universe: { ...universe, included: known } },
    });
    const { positions } = await marginOf(withOrigins(included));
    expect(positions).toMatchObject({ A001: { origin: "synthetic" }, A003: { origin: "real" } });
    await expect(marginOf(withOrigins(included.slice(0, 3)))).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { symbol: "A003" },
    });
  });

  it("leaves its inputs alone", async () => {
    const inputs = marginInputs({ A001: 1 });
    const before = structuredClone(inputs);
    await marginOf(inputs);
    expect(inputs).toEqual(before);
  });

  it("refuses what it cannot price, naming the symbol", async () => {
    const unknown = marginInputs({ B000: 1 });
    await expect(marginOf(unknown)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { symbol: "B000" } });
    const inputs = marginInputs({ A000: 1 });
    const history = { ...inputs.history, close: inputs.history.close.with(5, Number.NaN) };
    await expect(marginOf({ ...inputs, history })).rejects.toMatchObject({ details: { symbol: "A000" } });
  });
});
