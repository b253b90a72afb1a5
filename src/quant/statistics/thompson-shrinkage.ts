// How far to trust an estimate of something that is probably near zero.

/**
 * The estimate times θ̂² / (θ̂² + s²): the factor c = θ² / (θ² + σ²) minimises E(cθ̂ − θ)², with what is unknown in it
 * replaced by the estimates (Thompson 1968, "Some shrinkage techniques for estimating the mean", JASA 63(321)).
 * A figure of two standard errors keeps four fifths of its size, one of half a standard error keeps one fifth.
 */
export function shrinkTowardsZero(estimate: number, standardError: number): number {
  const square = estimate * estimate;
  const total = square + standardError * standardError;
  return total > 0 ? estimate * (square / total) : 0;
}
