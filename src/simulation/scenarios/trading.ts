// The seven real engines over two nodes on generated prices, and an allocation a minute. What their kernels compute is computed;
// the virtual time it takes is what each is charged with.
import { GoalRequestSchema } from "../../domain/requests.js";
import { AllocationMargin, PortfolioAllocation } from "../../domain/products/portfolio.js";
import { AllocationRisk } from "../../domain/products/risk.js";
import { factorRowsKernel } from "../../engines/factor/factor-rows.js";
import { featureMatrixKernel } from "../../engines/features/feature-matrix.js";
import { predictReturnsKernel } from "../../engines/ml/predict-returns.js";
import { optimisePortfolioKernel } from "../../engines/quantum-portfolio/optimise-portfolio.js";
import { allocationRiskKernel } from "../../engines/risk/allocation-risk.js";
import { riskModelKernel } from "../../engines/risk/risk-model.js";
import { createChargedPool, type KernelCharges } from "../charged-pool.js";
import type { Scenario } from "../scenario.js";
import type { Casting } from "../simulated-node.js";

const HEARTBEAT_MS = 30_000;
const SERIES = 6;
const LIVE_BARS = 60;
const BARS_PER_SECOND = 1 / 60;

/** Instances of the engines, by node: two of those that work longest. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  a: ["IBKR_KEEPALIVE_ENGINE", "FACTOR_ENGINE", "ML_ENGINE", "QUANTUM_PORTFOLIO_ENGINE"],
  b: ["FACTOR_ENGINE", "FEATURES_ENGINE", "RISK_ENGINE", "QUANTUM_PORTFOLIO_ENGINE", "COLLATERAL_ENGINE"],
};

/** About what each takes on a small machine. */
const CHARGES_MS: KernelCharges = {
  [factorRowsKernel.name]: 20,
  [featureMatrixKernel.name]: 10,
  [predictReturnsKernel.name]: 60,
  [riskModelKernel.name]: 15,
  [allocationRiskKernel.name]: 2,
  [optimisePortfolioKernel.name]: 150,
};

export const trading: Scenario = {
  name: "trading",
  summary: "the seven real engines over two nodes, an allocation a minute",
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: 60_000,
  kinds: ["crash", "engine_crash", "pause", "skew", "drift", "partition", "drop", "duplicate", "reorder", "slow"],
  cast: ({ seed }) => {
    const casting = (engines: readonly string[]): Casting => ({
      options: {
        seed,
        feed: "simulated",
        universe: SERIES,
        liveBars: LIVE_BARS,
        speed: BARS_PER_SECOND,
        engines: [...engines],
        heartbeatIntervalMs: HEARTBEAT_MS,
      },
      definitions: () => [],
      createPool: (clock) => createChargedPool(clock, CHARGES_MS),
    });
    const products = [PortfolioAllocation, AllocationRisk, AllocationMargin].map(({ name }) => name);
    const goal = GoalRequestSchema.parse({ products, lookbackBars: 120 });
    return {
      nodes: new Map(Object.entries(PLACES).map(([nodeId, engines]) => [nodeId, casting(engines)])),
      targets: {
        nodes: Object.keys(PLACES),
        engines: [],
        instances: Object.entries(PLACES).flatMap(([nodeId, ids]) => ids.map((id) => `${id}.1@${nodeId}`)),
      },
      goal: () => goal,
    };
  },
};
