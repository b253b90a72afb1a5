// The unbiased covariance of several return series.
import { hasSpread, mean, variance } from "../statistics/moments.js";

/** Deviations from each series' own mean, one array per series; exact zeros for a series that does not vary. */
export function demeaned(series: readonly Float64Array[]): Float64Array[] {
  return series.map((values) => {
    const centre = mean(values);
    const varies = hasSpread(variance(values), centre);
    return values.map((value) => (varies ? value - centre : 0));
  });
}

/** n × n, row-major, divisor T − 1, of n equally long series (T ≥ 2 observations). */
export function sampleCovariance(series: readonly Float64Array[]): Float64Array {
  const n = series.length;
  const observations = series[0]?.length ?? 0;
  const deviations = demeaned(series);
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const x = deviations[i]!;
    for (let j = 0; j <= i; j++) {
      const y = deviations[j]!;
      let sum = 0;
      for (let t = 0; t < observations; t++) sum += x[t]! * y[t]!;
      covariance[i * n + j] = covariance[j * n + i] = sum / (observations - 1);
    }
  }
  return covariance;
}
