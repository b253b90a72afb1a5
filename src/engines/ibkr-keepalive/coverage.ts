// How much of a window a series covers, and what is missing for a full lookback. Small holes inside are forgiven.
import type { BarSeries } from "./bar-series.js";
import type { HistoryWindow } from "./as-of.js";

/** Greatest share of a window's bars that may be filled by carrying the last close. */
const FILLABLE_SHARE = 0.02;

export interface Coverage {
  /** Bars on the window's dates. */
  readonly bars: number;
  /** Why the series cannot be taken; undefined for a full lookback. */
  readonly problem: string | undefined;
}

/**
 * A lookback is full when the series has a bar on the last date, at least 98 % of all, and one to carry from where the first
 * date is a hole. Undefined when the series has no bar up to the as-of: then it is not known to exist.
 */
export function coverageOf(
  series: BarSeries,
  { asOf, frames }: HistoryWindow,
  dates: readonly string[],
): Coverage | undefined {
  const first = frames[0]!;
  const last = frames.at(-1)!;
  if (series.length === 0 || series.firstFrame > last) return undefined;
  const bars = countBars(series, frames);
  const needed = frames.length;
  if (series.firstFrame > first) {
    return { bars, problem: `first bar ${dates[series.firstFrame]!}: ${bars} of ${needed} bars` };
  }
  const lastBar = series.frameOf(series.positionAt(last));
  if (lastBar !== last) return { bars, problem: `no bar on ${asOf}: the last one is of ${dates[lastBar]!}` };
  const missing = needed - bars;
  if (missing > FILLABLE_SHARE * needed) return { bars, problem: `${missing} of ${needed} bars missing` };
  return { bars, problem: undefined };
}

function countBars(series: BarSeries, frames: readonly number[]): number {
  const [first, last] = [frames[0]!, frames.at(-1)!];
  const from = series.positionAt(first - 1) + 1;
  const between = series.positionAt(last) - from + 1;
  // As a rule a series has a bar in every frame of the window: then there is nothing to count.
  if (between === last - first + 1) return frames.length;
  let position = from;
  let bars = 0;
  for (const frame of frames) {
    while (position < series.length && series.frameOf(position) < frame) position += 1;
    if (position < series.length && series.frameOf(position) === frame) bars += 1;
  }
  return bars;
}
