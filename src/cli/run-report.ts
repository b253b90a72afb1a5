// A run as a person reads it: what came out, and which engines made it. How a product is told is found by its shape.
import type { z } from "zod";
import type { TradingRun } from "../domain/run-fields.js";
import {
  AllocationMargin,
  PortfolioAllocation,
  type AllocationMarginValue,
  type PortfolioAllocationValue,
} from "../domain/products/portfolio.js";
import { AllocationRisk, type AllocationRiskValue } from "../domain/products/risk.js";
import type { Universe } from "../domain/products/market.js";
import { amount, duration, percent, table } from "./table.js";

export function runReport(run: TradingRun): string {
  const origins = new Map(run.universe?.included.map(({ symbol, origin }) => [symbol, origin]));
  const results = Object.entries(run.result ?? {}).map(([name, value]) => tellProduct(name, value, origins));
  const reused = run.steps.filter(({ reusedFrom }) => reusedFrom !== undefined).length;
  const from = reused === 0 ? "" : `, ${reused} of ${run.steps.length} steps reused from an earlier run`;
  return [
    `${run.workflow ?? "goal"} ${run.status} as of ${run.asOf ?? "-"} in ${duration(run.durationMs)}${from}\n`,
    ...results,
    stepTable(run),
    ...(run.universe === null ? [] : [universeNote(run.universe)]),
  ].join("\n");
}

type Origins = ReadonlyMap<string, string>;
type Teller = (name: string, value: unknown, origins: Origins) => string | undefined;

const TELLERS: readonly Teller[] = [
  teller(PortfolioAllocation.schema, tellAllocation),
  teller(AllocationMargin.schema, tellMargin),
  teller(AllocationRisk.schema, tellRisk),
];

function teller<T>(schema: z.ZodType<T>, tell: (value: T, origins: Origins) => string): Teller {
  return (name, value, origins) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? `${name}\n${tell(parsed.data, origins)}` : undefined;
  };
}

function tellProduct(name: string, value: unknown, origins: Origins): string {
  for (const tell of TELLERS) {
    const told = tell(name, value, origins);
    if (told !== undefined) return told;
  }
  return `${name}\n${indent(JSON.stringify(value, undefined, 2))}`;
}

function tellAllocation(allocation: PortfolioAllocationValue, origins: Origins): string {
  const { weights, expectedReturn, volatility, method, gapToOptimum, gapKind } = allocation;
  const held = Object.entries(weights).sort(([, a], [, b]) => b - a);
  const of = gapKind === "exact" ? "the optimum" : "a bound of the optimum";
  return indent(
    table(
      ["symbol", "weight", "origin"],
      held.map(([symbol, weight]) => [symbol, percent(weight), origins.get(symbol)]),
    ) +
      `expected return ${percent(expectedReturn)}, volatility ${percent(volatility)} a year\n` +
      `within ${percent(gapToOptimum)} of ${of}, by ${method}\n`,
  );
}

function tellMargin(margin: AllocationMarginValue): string {
  const { capital, initial, maintenance, excess, utilisationPct, method } = margin;
  return indent(
    table(
      ["capital", "initial", "maintenance", "excess", "utilisation"],
      [[amount(capital), amount(initial), amount(maintenance), amount(excess), percent(utilisationPct / 100)]],
    ) + `by ${method}\n`,
  );
}

function tellRisk({ volatilityAnnual, tailRisk, diversificationRatio }: AllocationRiskValue): string {
  const row = (name: string, values: readonly number[]): string[] => [name, ...values.map(percent)];
  const { historicalVar95, historicalVar99, historicalEs95, historicalEs99 } = tailRisk;
  const { parametricVar95, parametricVar99, parametricEs95, parametricEs99 } = tailRisk;
  return indent(
    table(
      ["loss over a bar", "VaR 95", "VaR 99", "ES 95", "ES 99"],
      [
        row("historical", [historicalVar95, historicalVar99, historicalEs95, historicalEs99]),
        row("parametric", [parametricVar95, parametricVar99, parametricEs95, parametricEs99]),
      ],
    ) + `volatility ${percent(volatilityAnnual)} a year, diversification ratio ${diversificationRatio.toFixed(2)}\n`,
  );
}

function stepTable({ steps }: TradingRun): string {
  return `steps\n${indent(
    table(
      ["engine", "operation", "gives", "took", "attempts"],
      steps.map((step) => [
        step.instanceId ?? step.engineId,
        step.operation,
        step.gives,
        step.reusedFrom === undefined ? duration(step.durationMs) : "reused",
        step.attempts,
      ]),
    ),
  )}`;
}

function universeNote({ included, excluded }: Universe): string {
  const synthetic = included.filter(({ origin }) => origin === "synthetic").length;
  const left = excluded.map(({ symbol, reason }) => `${symbol}: ${reason}\n`);
  const taken = `chosen from ${included.length} series, ${synthetic} of them synthetic\n`;
  return taken + (left.length === 0 ? "" : `left out\n${indent(left.join(""))}`);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
