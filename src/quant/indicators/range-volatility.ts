// Variance of one bar from its open, high, low and close: each an estimate of the variance of the log return, more efficient
// than the squared return. Averages of them over bars, then the root, give a volatility per bar.

/** ln(h/l)² / (4 ln 2): Parkinson (1980), "The extreme value method", Journal of Business 53(1). */
export function parkinsonVariance(high: number, low: number): number {
  const range = Math.log(high / low);
  return (range * range) / (4 * Math.LN2);
}

export interface OneBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** ½ ln(h/l)² − (2 ln 2 − 1) ln(c/o)²: Garman and Klass (1980), Journal of Business 53(1). */
export function garmanKlassVariance({ open, high, low, close }: OneBar): number {
  const range = Math.log(high / low);
  const body = Math.log(close / open);
  return 0.5 * range * range - (2 * Math.LN2 - 1) * body * body;
}

/** ln(h/c) ln(h/o) + ln(l/c) ln(l/o), free of drift: Rogers and Satchell (1991), Annals of Applied Probability 1(4). */
export function rogersSatchellVariance({ open, high, low, close }: OneBar): number {
  return Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open);
}
