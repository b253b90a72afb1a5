// Ledoit-Wolf shrinkage of a covariance matrix towards constant correlation: Ledoit and Wolf (2004), "Honey, I shrunk the
// sample covariance matrix", The Journal of Portfolio Management 30(4). Names follow its appendices A and B.
import { demeaned, sampleCovariance } from "./sample-covariance.js";

export interface ShrunkCovariance {
  /** n × n, row-major: δF + (1 − δ)S with the unbiased S. Positive semidefinite, its diagonal that of S. */
  readonly covariance: Float64Array;
  /** δ in [0, 1]. */
  readonly intensity: number;
  /** r̄, the mean of the sample correlations of the series that vary: shrinking does not change it. */
  readonly averageCorrelation: number;
}

/**
 * Shrinks the covariance of n equally long series of T ≥ 2 observations.
 * F keeps the variances and sets f_ij = r̄ √(s_ii s_jj) (appendix A); δ = max(0, min(1, κ/T)), κ = (π − ρ)/γ (appendix B),
 * where the moments behind κ, S included, have divisor T as in the paper. Series that do not vary take part in neither.
 */
export function ledoitWolf(series: readonly Float64Array[]): ShrunkCovariance {
  const n = series.length;
  const observations = series[0]?.length ?? 0;
  const unbiased = sampleCovariance(series);
  const target = constantCorrelation(unbiased, n);
  const s = unbiased.map((value) => (value * (observations - 1)) / observations);
  const kappa = shrinkageConstant(demeaned(series), s, target.average);
  const intensity = Math.max(0, Math.min(1, kappa / observations));
  const covariance = unbiased.map((value, i) => value + intensity * (target.matrix[i]! - value));
  return { covariance, intensity, averageCorrelation: target.average };
}

function constantCorrelation(s: Float64Array, n: number): { average: number; matrix: Float64Array } {
  const deviation = Float64Array.from({ length: n }, (_, i) => Math.sqrt(s[i * n + i]!));
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const scale = deviation[i]! * deviation[j]!;
      if (scale === 0) continue;
      sum += s[i * n + j]! / scale;
      pairs++;
    }
  }
  const average = pairs === 0 ? 0 : sum / pairs;
  const matrix = s.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return i === j ? value : average * (deviation[i]! * deviation[j]!);
  });
  return { average, matrix };
}

/** κ = (π − ρ)/γ; 0 where S already is its target. */
function shrinkageConstant(deviations: readonly Float64Array[], s: Float64Array, average: number): number {
  const n = deviations.length;
  let pi = 0;
  let rho = 0;
  let gamma = 0;
  for (let i = 0; i < n; i++) {
    const sii = s[i * n + i]!;
    if (sii === 0) continue;
    const own = asymptotics(deviations[i]!, deviations[i]!, { sxx: sii, syy: sii, sxy: sii });
    pi += own.pi;
    rho += own.pi;
    for (let j = 0; j < i; j++) {
      const sjj = s[j * n + j]!;
      if (sjj === 0) continue;
      const sij = s[i * n + j]!;
      const pair = asymptotics(deviations[i]!, deviations[j]!, { sxx: sii, syy: sjj, sxy: sij });
      pi += 2 * pair.pi;
      rho += average * (Math.sqrt(sjj / sii) * pair.thetaX + Math.sqrt(sii / sjj) * pair.thetaY);
      gamma += 2 * (average * Math.sqrt(sii * sjj) - sij) ** 2;
    }
  }
  return gamma > 0 ? (pi - rho) / gamma : 0;
}

interface Moments {
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
}

interface Asymptotics {
  /** π_xy, the asymptotic variance of √T s_xy. */
  readonly pi: number;
  /** θ_xx,xy and θ_yy,xy, the asymptotic covariances of √T s_xx and √T s_yy with √T s_xy. */
  readonly thetaX: number;
  readonly thetaY: number;
}

function asymptotics(x: Float64Array, y: Float64Array, { sxx, syy, sxy }: Moments): Asymptotics {
  const observations = x.length;
  let pi = 0;
  let thetaX = 0;
  let thetaY = 0;
  for (let t = 0; t < observations; t++) {
    const product = x[t]! * y[t]! - sxy;
    pi += product * product;
    thetaX += (x[t]! * x[t]! - sxx) * product;
    thetaY += (y[t]! * y[t]! - syy) * product;
  }
  return { pi: pi / observations, thetaX: thetaX / observations, thetaY: thetaY / observations };
}
