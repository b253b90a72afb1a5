// The goals that have names: which products a workflow wants, and what its answer calls them. A plan is found, never listed.
import { AllocationMargin, AllocationRisk, PortfolioAllocation } from "./products.js";

export interface Workflow {
  readonly name: string;
  readonly description: string;
  /** Name in the answer's `result` → product key. */
  readonly wants: Readonly<Record<string, string>>;
}

export const WORKFLOWS: readonly Workflow[] = [
  {
    name: "portfolio_optimization",
    description: "An allocation of the capital under the mandate, its risk and its margin.",
    wants: { allocation: PortfolioAllocation.key, risk: AllocationRisk.key, margin: AllocationMargin.key },
  },
  {
    name: "market_analysis",
    description: "Trading signals for the universe.",
    wants: { signals: "strategy.signals@1" },
  },
  {
    name: "risk_monitoring",
    description: "Risk and margin of the positions that are held.",
    wants: { risk: "positions.risk@1", margin: "positions.margin@1" },
  },
];
