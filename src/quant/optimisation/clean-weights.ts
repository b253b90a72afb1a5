// Weights as they leave the solvers: no dust, no drift, every constraint held.

/** Least weight that counts as held where the mandate allows any: below it is rounding, not a position. */
const DUST = 1e-10;

export interface WeightBounds {
  readonly minWeight: number;
  readonly maxWeight: number;
}

/**
 * Sets what is not held to exactly 0, keeps the others within their bounds and gives what is then missing from 1 (rounding)
 * to the weight with most room for it, the first of equals.
 */
export function cleanWeights(weights: Float64Array, { minWeight, maxWeight }: WeightBounds): Float64Array {
  const clean = weights.map((weight) => (weight < DUST ? 0 : Math.min(maxWeight, Math.max(minWeight, weight))));
  const missing = 1 - clean.reduce((sum, weight) => sum + weight, 0);
  let taker = -1;
  let most = 0;
  for (const [i, weight] of clean.entries()) {
    const room = missing > 0 ? maxWeight - weight : weight - minWeight;
    if (weight === 0 || room <= most) continue;
    most = room;
    taker = i;
  }
  if (taker >= 0) clean[taker] = Math.min(maxWeight, Math.max(minWeight, clean[taker]! + missing));
  return clean;
}
