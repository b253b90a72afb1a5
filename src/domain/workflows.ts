// The goals of trading that have names.
import { defineWorkflow, type Workflow } from "../contracts/workflow.js";
import { AllocationMargin, PortfolioAllocation } from "./products/portfolio.js";
import { AllocationRisk } from "./products/risk.js";
import { workflowForm } from "./requests.js";

export const WORKFLOWS: readonly Workflow[] = [
  defineWorkflow({
    ...workflowForm,
    name: "portfolio_optimization",
    description: "An allocation of the capital under the mandate, its risk and its margin.",
    wants: { allocation: PortfolioAllocation, risk: AllocationRisk, margin: AllocationMargin },
  }),
  // No engine of this build gives what the other two want.
  defineWorkflow({
    ...workflowForm,
    name: "market_analysis",
    description: "Trading signals for the universe.",
    wants: { signals: { key: "strategy.signals@1" } },
  }),
  defineWorkflow({
    ...workflowForm,
    name: "risk_monitoring",
    description: "Risk and margin of the positions that are held.",
    wants: { risk: { key: "positions.risk@1" }, margin: { key: "positions.margin@1" } },
  }),
];
