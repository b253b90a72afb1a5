// Ranks with ties averaged: the ground of rank correlations and of cross-sectional rank features.

/**
 * Ranks 1..n in ascending order; equal values share the mean of their ranks. Written to `ranks` where given.
 * `order` is scratch space of the same length: passing it saves its allocation per call.
 */
export function averageRanks(
  values: Float64Array,
  ranks: Float64Array = new Float64Array(values.length),
  order: Uint32Array = new Uint32Array(values.length),
): Float64Array {
  const count = values.length;
  ascendingOrder(values, order);
  let start = 0;
  while (start < count) {
    let end = start + 1;
    while (end < count && values[order[end]!] === values[order[start]!]) end++;
    const shared = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i]!] = shared;
    start = end;
  }
  return ranks;
}

const INSERTION_LIMIT = 48;

/** Fills `order` with the positions of the values in ascending order. */
function ascendingOrder(values: Float64Array, order: Uint32Array): void {
  const count = values.length;
  for (let i = 0; i < count; i++) order[i] = i;
  // A universe is small: insertion beats the comparator calls of the built-in sort severalfold there.
  if (count > INSERTION_LIMIT) {
    order.sort((a, b) => values[a]! - values[b]! || a - b);
    return;
  }
  for (let i = 1; i < count; i++) {
    const position = order[i]!;
    const value = values[position]!;
    let j = i - 1;
    while (j >= 0 && values[order[j]!]! > value) {
      order[j + 1] = order[j]!;
      j--;
    }
    order[j + 1] = position;
  }
}
