// FEATURES_ENGINE: how assets compare with each other, date by date.
import { defineEngine, operation, type OperationContext } from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import {
  FactorMatrix,
  FeatureMatrix,
  type FactorMatrixValue,
  type FeatureMatrixValue,
} from "../../domain/products/factor.js";
import { featureMatrixKernel } from "./feature-matrix.js";
import { FEATURES, MAX_LAG } from "./feature-plan.js";

export const featuresEngine = defineEngine({
  id: "FEATURES_ENGINE",
  name: "Feature Engineering Engine",
  version: "1.0.0",
  roles: ["data_processor", "analytics"],
  capabilities: ["feature_engineering", "batch_processing"],
  preferences: [
    { engineId: "FACTOR_ENGINE", relationship: "primary", direction: "input", latencyMs: 500, reliabilityPct: 99.5 },
    { engineId: "ML_ENGINE", relationship: "primary", direction: "output", latencyMs: 250, reliabilityPct: 99.5 },
  ],
  kernels: [featureMatrixKernel],
  operations: [
    operation({
      name: "engineer_features",
      version: 1,
      needs: { factors: FactorMatrix },
      gives: FeatureMatrix,
      run: ({ factors }, context) => engineerFeatures(factors, context),
    }),
  ],
});

async function engineerFeatures(matrix: FactorMatrixValue, context: OperationContext): Promise<FeatureMatrixValue> {
  requireComparable(matrix);
  const { asOf, dates, symbols, factors, values } = matrix;
  const input = { factors, symbols: symbols.length, dates: dates.length, values };
  return {
    asOf,
    dates: dates.slice(MAX_LAG),
    symbols: [...symbols],
    features: FEATURES.map(({ name }) => name),
    values: await context.pool.run(featureMatrixKernel, input, context.signal),
  };
}

/** @throws NautilusError INFEASIBLE for one asset, NO_HISTORY for too few dates, INVALID_INPUT for a matrix that does not fit */
function requireComparable({ asOf, dates, symbols, factors, values }: FactorMatrixValue): void {
  if (symbols.length < 2) {
    const universe = `the universe has ${symbols.length}: ${symbols.join(", ")}`;
    throw new NautilusError("INFEASIBLE", `cross-sectional features need at least 2 assets, ${universe}`);
  }
  if (dates.length <= MAX_LAG) {
    const there = `the factor matrix has ${dates.length} up to ${asOf}`;
    throw new NautilusError("NO_HISTORY", `features need factors of at least ${MAX_LAG + 1} dates, ${there}`, {
      details: { neededDates: MAX_LAG + 1, factorDates: dates.length },
    });
  }
  const missing = [...new Set(FEATURES.map(({ factor }) => factor))].filter((factor) => !factors.includes(factor));
  if (missing.length > 0) {
    throw new NautilusError("INVALID_INPUT", `the factor matrix lacks ${missing.join(", ")}`, { details: { missing } });
  }
  const length = dates.length * symbols.length * factors.length;
  if (values.length !== length) {
    throw new NautilusError("INVALID_INPUT", `the factor matrix has ${values.length} values, not ${length}`);
  }
}
