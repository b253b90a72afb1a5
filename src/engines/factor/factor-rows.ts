// The factors of any set of (date, asset) pairs. A row is a pure function of one window of bars, so rows can be computed in
// any number, anywhere, and kept.
import { defineKernel } from "../../contracts/pool.js";
import { sharedFloats } from "../../kernel/shared-floats.js";
import { BarSeries, BarWindow, WINDOW_BARS, type Bars } from "./bar-window.js";
import { dependenceFactors } from "./families/dependence.js";
import { distributionFactors } from "./families/distribution.js";
import { drawdownFactors } from "./families/drawdown.js";
import type { FactorFamily } from "./families/factor.js";
import { momentumFactors } from "./families/momentum.js";
import { movingAverageFactors } from "./families/moving-average.js";
import { oscillatorFactors } from "./families/oscillator.js";
import { sessionFactors } from "./families/session.js";
import { trendFactors } from "./families/trend.js";
import { volatilityFactors } from "./families/volatility.js";
import { volumeFactors } from "./families/volume.js";

const FACTORS: FactorFamily = {
  ...momentumFactors,
  ...movingAverageFactors,
  ...trendFactors,
  ...volatilityFactors,
  ...distributionFactors,
  ...drawdownFactors,
  ...dependenceFactors,
  ...oscillatorFactors,
  ...volumeFactors,
  ...sessionFactors,
};

export const FACTOR_NAMES: readonly string[] = Object.keys(FACTORS);
const FORMULAS = Object.values(FACTORS);

export interface FactorRowsInput extends Bars {
  /** The bars are symbol-major: value [symbol * dates + date]. */
  readonly symbols: number;
  readonly dates: number;
  /**
   * Which rows, ascending: row r is asset r % symbols at the window that begins with date ⌊r / symbols⌋. With every row
   * asked for, the result is a factor matrix as `factor.matrix` lays it out.
   */
  readonly rows: Int32Array;
}

/** `rows.length` × `FACTOR_NAMES.length` values in the order of `rows`, over shared memory. */
export function factorRows({ symbols, dates, rows, ...bars }: FactorRowsInput): Float64Array {
  const width = FORMULAS.length;
  const values = sharedFloats(rows.length * width);
  const series = new Map<number, BarSeries>();
  const window = new BarWindow();
  for (let k = 0; k < rows.length; k++) {
    const symbol = rows[k]! % symbols;
    const from = Math.floor(rows[k]! / symbols);
    let own = series.get(symbol);
    if (own === undefined) {
      own = new BarSeries(cut(bars, symbol * dates, (symbol + 1) * dates));
      series.set(symbol, own);
    }
    window.fill(own, from);
    for (let f = 0; f < width; f++) values[k * width + f] = FORMULAS[f]!(window);
  }
  return values;
}

function cut({ open, high, low, close, volume }: Bars, from: number, to: number): Bars {
  return {
    open: open.subarray(from, to),
    high: high.subarray(from, to),
    low: low.subarray(from, to),
    close: close.subarray(from, to),
    volume: volume.subarray(from, to),
  };
}

/** Dates that have factors, of a history of that many: the first needs a whole window. */
export function factorDates(historyDates: number): number {
  return Math.max(0, historyDates - WINDOW_BARS + 1);
}

export const factorRowsKernel = defineKernel("factor.rows", import.meta.url, factorRows);
