// The uncertainty of a mean of a serially correlated series, such as one made of overlapping outcomes.
import { mean } from "./moments.js";

/**
 * Standard error of the mean of `values`, consistent under autocorrelation up to `lag`:
 * Var = (γ₀ + 2 Σ_{k≤lag} (1 − k/(lag+1)) γ_k) / n · n/(n−1), with Bartlett weights, which keep it non-negative
 * (Newey and West 1987, "A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance
 * matrix", Econometrica 55(3), equation 5). With lag 0 it is s/√n. 0 for fewer than two values.
 */
export function neweyWestStandardError(values: Float64Array, lag: number): number {
  const count = values.length;
  if (count < 2) return 0;
  const centre = mean(values);
  let total = autocovariance(values, centre, 0);
  for (let k = 1; k <= Math.min(lag, count - 1); k++) {
    total += 2 * (1 - k / (lag + 1)) * autocovariance(values, centre, k);
  }
  return Math.sqrt(Math.max(0, total) / (count - 1));
}

function autocovariance(values: Float64Array, centre: number, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i++) sum += (values[i]! - centre) * (values[i - lag]! - centre);
  return sum / values.length;
}
