// Inputs for the engine's tests and what an operation needs around it.
import { operationId, type EngineDefinition, type OperationContext } from "../../../../src/contracts/engine.js";
import type { Constraints, PortfolioMandateValue } from "../../../../src/domain/products/portfolio.js";
import type { ReturnPredictionValue } from "../../../../src/domain/products/prediction.js";
import type { RiskModelValue } from "../../../../src/domain/products/risk.js";
import { createInlinePool } from "../../../../src/kernel/inline-pool.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";

export interface AllocationInputs {
  readonly prediction: ReturnPredictionValue;
  readonly risk: RiskModelValue;
  readonly mandate: PortfolioMandateValue;
}

const DEFAULTS: Constraints = { minWeight: 0.01, maxWeight: 0.25, maxAssets: 10 };

/** A one-factor market of n assets with betas, own risks and predicted returns drawn from the seed. */
export function oneFactorMarket(n: number, seed: number): { mean: Float64Array; covariance: Float64Array } {
  const random = createRandom(seed);
  const beta = Array.from({ length: n }, () => 0.6 + 0.8 * random.next());
  const own = Array.from({ length: n }, () => 0.15 + 0.2 * random.next());
  const mean = Float64Array.from(beta, (value) => 0.06 * value + 0.05 * random.normal());
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) covariance[i * n + j] = beta[i]! * beta[j]! * 0.03 + (i === j ? own[i]! ** 2 : 0);
  }
  return { mean, covariance };
}

export interface Market {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

export function allocationInputs(
  { mean, covariance }: Market,
  mandate: { readonly constraints?: Partial<Constraints>; readonly riskAversion?: number } = {},
): AllocationInputs {
  const symbols = Array.from(mean, (_, i) => `A${String(i).padStart(3, "0")}`);
  const n = symbols.length;
  const outOfSample = { informationCoefficient: 0.02, informationCoefficientStandardError: 0.01, hitRate: 0.5 };
  const noTail = { historicalVar95: 0.02, historicalVar99: 0.03, historicalEs95: 0.03, historicalEs99: 0.04 };
  const tail = { ...noTail, parametricVar95: 0.02, parametricVar99: 0.03, parametricEs95: 0.03, parametricEs99: 0.03 };
  return {
    prediction: {
      asOf: "2018-05-11",
      horizonBars: 5,
      symbols,
      expectedReturn: mean.map((value) => (value * 5) / 252),
      expectedReturnAnnual: mean,
      model: "test",
      outOfSample: { ...outOfSample, folds: 1, testDates: 1 },
      coverage: 1,
    },
    risk: {
      asOf: "2018-05-11",
      symbols,
      observations: 252,
      covarianceAnnual: covariance,
      volatilityAnnual: mean.map((_, i) => Math.sqrt(covariance[i * n + i]!)),
      shrinkage: 0.1,
      averageCorrelation: 0.3,
      tailRisk: symbols.map(() => tail),
      predictionCoverage: 1,
    },
    mandate: {
      constraints: { ...DEFAULTS, ...mandate.constraints },
      riskAversion: mandate.riskAversion ?? 5,
      capital: 1_000_000,
    },
  };
}

/** Runs the one operation of an engine as its host would, on the calling thread. */
export async function runOperation<T>(engine: EngineDefinition, inputs: object, seed = 1): Promise<T> {
  const [operation] = engine.create().operations ?? [];
  const silent = (): void => undefined;
  const log = { error: silent, warn: silent, info: silent, debug: silent, child: () => log };
  const context: OperationContext = {
    engineId: engine.id,
    instanceId: `${engine.id}.0@test`,
    partners: [],
    log,
    pool: createInlinePool(),
    random: createRandom(`${operationId(engine.id, operation!)}/${seed}`),
    signal: new AbortController().signal,
    publish: silent,
    call: () => Promise.reject(new Error("the engine declares no uses")),
  };
  return (await operation!.run(inputs as never, context)) as T;
}
