// The arrays of a market history: the bars of the chosen series on the dates of a window, symbol-major, in shared memory so
// that worker threads read them without a copy.
import { sharedFloats } from "../../kernel/shared-floats.js";
import type { MarketHistoryValue, Universe } from "../../domain/products/market.js";
import type { HistoryWindow } from "./as-of.js";
import { FIELDS, type BarSeries, type Columns } from "./bar-series.js";
import type { Chosen } from "./universe.js";

export interface AlignOptions {
  readonly window: HistoryWindow;
  readonly chosen: readonly Chosen[];
  readonly excluded: Universe["excluded"];
  /** Dates by number of frame. */
  readonly dates: readonly string[];
}

/** A hole is filled with the last close before it as all four prices and no volume, and counted in `filledBars`. */
export function alignHistory({ window, chosen, excluded, dates }: AlignOptions): MarketHistoryValue {
  const { asOf, frames } = window;
  const columns = createColumns(chosen.length * frames.length);
  const included = chosen.map(({ series, origin }, index) => {
    const filledBars = copySeries(series, frames, { columns, offset: index * frames.length });
    return { symbol: series.symbol, origin, filledBars };
  });
  return {
    asOf,
    dates: frames.map((frame) => dates[frame]!),
    symbols: included.map(({ symbol }) => symbol),
    universe: { included, excluded: [...excluded] },
    ...columns,
  };
}

function createColumns(length: number): Columns {
  const { buffer } = sharedFloats(FIELDS.length * length);
  const column = (index: number): Float64Array =>
    new Float64Array(buffer, index * length * Float64Array.BYTES_PER_ELEMENT, length);
  return { open: column(0), high: column(1), low: column(2), close: column(3), volume: column(4) };
}

/** Returns the number of bars filled. */
function copySeries(
  series: BarSeries,
  frames: readonly number[],
  { columns, offset }: { readonly columns: Columns; readonly offset: number },
): number {
  let filled = 0;
  let index = 0;
  while (index < frames.length) {
    const position = series.positionAt(frames[index]!);
    const run = series.runLength(position, frames, index);
    if (run > 0) series.copyTo(columns, offset + index, { from: position, to: position + run });
    else fill(columns, offset + index, series.closeOf(position));
    filled += run > 0 ? 0 : 1;
    index += Math.max(1, run);
  }
  return filled;
}

function fill({ open, high, low, close, volume }: Columns, at: number, lastClose: number): void {
  open[at] = high[at] = low[at] = close[at] = lastClose;
  volume[at] = 0;
}
