// Does a bar open as if the share had been split and its past not adjusted? A suspicion, from this bar and the past alone.

/** Old shares to new that splits usually have, or their inverse. Below 3:2 a split cannot be told from ordinary news. */
const RATIOS = [1.5, 2, 3, 4, 5, 7, 8, 10, 15, 20].map((ratio) => ({ ratio, log: Math.log(ratio) }));
/** How near the open must be to the ratio, in logarithms: an ordinary night's move. */
const OPEN_TOLERANCE = 0.03;
/** The close must stay there too: after a crash it usually does not. */
const CLOSE_TOLERANCE = 0.1;

/** Price moves since a series' last close, in logarithms. */
export interface OvernightMove {
  readonly symbol: string;
  readonly toOpen: number;
  readonly toClose: number;
}

/**
 * In words, what is suspicious of one move among the moves of all series on a date; undefined when nothing is. A market that
 * moved at least half as far the same way (the median of the other series) explains the move.
 */
export function suspectSplit(move: OvernightMove, all: readonly OvernightMove[]): string | undefined {
  const size = Math.abs(move.toOpen);
  const direction = Math.sign(move.toOpen);
  const near = RATIOS.find(({ log }) => Math.abs(size - log) <= OPEN_TOLERANCE);
  if (near === undefined || Math.abs(move.toClose - direction * near.log) > CLOSE_TOLERANCE) return undefined;
  const market = median(all.filter((other) => other.symbol !== move.symbol).map((other) => other.toOpen));
  if (market !== undefined && direction * market >= size / 2) return undefined;
  const kind = direction < 0 ? `${near.ratio}-for-1 split` : `1-for-${near.ratio} reverse split`;
  const others =
    market === undefined ? "" : `, while the other series moved ${(100 * Math.expm1(market)).toFixed(1)} %`;
  return `opens at ${Math.exp(move.toOpen).toFixed(4)} times the last close, like an unadjusted ${kind}${others}`;
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
