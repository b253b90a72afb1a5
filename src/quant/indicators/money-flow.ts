// Volume that goes with the price, and volume-weighted prices.

export interface Traded {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** (high + low + close) / 3. */
  readonly typical: Float64Array;
}

/**
 * Money flow index in [0, 100] over the `period` bars before `to`: 100 · up / (up + down) of typical price · volume, by the
 * direction of the typical price since the bar before (Quong and Soudack 1989); 50 where nothing flowed.
 */
export function moneyFlowIndex({ typical, volume }: Traded, period: number, to = typical.length): number {
  let up = 0;
  let down = 0;
  for (let i = to - period; i < to; i++) {
    const flow = typical[i]! * volume[i]!;
    if (typical[i]! > typical[i - 1]!) up += flow;
    else if (typical[i]! < typical[i - 1]!) down += flow;
  }
  return up + down > 0 ? (100 * up) / (up + down) : 50;
}

/**
 * Chaikin money flow in [−1, 1] over the `period` bars before `to`: volume weighted by where the close stands within its
 * bar, −1 at the low and 1 at the high; 0 for a bar without range or a stretch without volume.
 */
export function chaikinMoneyFlow({ high, low, close, volume }: Traded, period: number, to = close.length): number {
  let flow = 0;
  let total = 0;
  for (let i = to - period; i < to; i++) {
    const range = high[i]! - low[i]!;
    if (range > 0) flow += ((2 * close[i]! - low[i]! - high[i]!) / range) * volume[i]!;
    total += volume[i]!;
  }
  return total > 0 ? flow / total : 0;
}

/** Volume-weighted mean of the `period` typical prices before `to`; their plain mean where nothing was traded. */
export function volumeWeightedPrice({ typical, volume }: Traded, period: number, to = typical.length): number {
  let value = 0;
  let total = 0;
  let plain = 0;
  for (let i = to - period; i < to; i++) {
    value += typical[i]! * volume[i]!;
    total += volume[i]!;
    plain += typical[i]!;
  }
  return total > 0 ? value / total : plain / period;
}
