// Value at risk and expected shortfall of one return series: positive figures are losses, as fractions of value.
import { quantileOfSorted, sorted } from "../statistics/quantile.js";
import { normalDensity, normalQuantile } from "../statistics/normal-distribution.js";

export interface TailRisk {
  readonly historicalVar95: number;
  readonly historicalVar99: number;
  readonly historicalEs95: number;
  readonly historicalEs99: number;
  readonly parametricVar95: number;
  readonly parametricVar99: number;
  readonly parametricEs95: number;
  readonly parametricEs99: number;
}

export interface Tail {
  readonly var: number;
  readonly es: number;
}

/**
 * Empirical: VaR is minus the α-quantile of the returns (linear between order statistics, see
 * `quantileOfSorted`), ES the mean loss of the observations at or beyond it, hence never below VaR
 * (McNeil, Frey and Embrechts 2015, Quantitative Risk Management, §2.3). `ascending` holds the sorted returns.
 */
export function historicalTail(ascending: Float64Array, alpha: number): Tail {
  const quantile = quantileOfSorted(ascending, alpha);
  let sum = 0;
  let count = 0;
  while (count < ascending.length && ascending[count]! <= quantile) sum += ascending[count++]!;
  // A mean of equal numbers may round to either side of them.
  return { var: -quantile, es: Math.max(-quantile, -(sum / count)) };
}

/**
 * Of a normal distribution with this mean and standard deviation: VaR = −μ − σ z, ES = −μ + σ φ(z) / α with z = Φ⁻¹(α)
 * (McNeil, Frey and Embrechts 2015, §2.3).
 */
export function normalTail({ mean, deviation }: { mean: number; deviation: number }, alpha: number): Tail {
  const z = normalQuantile(alpha);
  return { var: -mean - deviation * z, es: -mean + (deviation * normalDensity(z)) / alpha };
}

/** Both kinds at 95 and 99 %: historical from the returns, parametric from the normal distribution given. */
export function tailRisk(returns: Float64Array, distribution: { mean: number; deviation: number }): TailRisk {
  const ascending = sorted(returns);
  const historical95 = historicalTail(ascending, 0.05);
  const historical99 = historicalTail(ascending, 0.01);
  const parametric95 = normalTail(distribution, 0.05);
  const parametric99 = normalTail(distribution, 0.01);
  return {
    historicalVar95: historical95.var,
    historicalVar99: historical99.var,
    historicalEs95: historical95.es,
    historicalEs99: historical99.es,
    parametricVar95: parametric95.var,
    parametricVar99: parametric99.var,
    parametricEs95: parametric95.es,
    parametricEs99: parametric99.es,
  };
}
