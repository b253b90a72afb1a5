// What one factor value may look at: the last bars of one asset, and nothing else. A window holds no bar outside itself, so
// a factor cannot depend on where the history begins or on another asset.
import { ConvergenceDivergence } from "../../quant/indicators/convergence-divergence.js";
import { DirectionalMovement } from "../../quant/indicators/directional-movement.js";
import {
  garmanKlassVariance,
  parkinsonVariance,
  rogersSatchellVariance,
  type OneBar,
} from "../../quant/indicators/range-volatility.js";

/**
 * Bars that every factor is computed from. Recursive averages (EMA, MACD, RSI, ATR, ADX) are seeded with the first bars of
 * the window instead of the first bars of the history, so they differ from the textbook's infinite series by what the seed
 * still weighs after 60 bars: (13/14)^45 = 3.6 % for RSI and ATR, (13/14)^32 = 9.3 % for ADX, (25/27)^34 = 7.3 % for the
 * slow average of MACD. On five years of a real stock the mean difference is 1 % (ATR), 2 % (RSI), 3 to 5 % (MACD) and 11 %
 * (ADX) of the standard deviation of the series itself; the tests measure it.
 */
export const WINDOW_BARS = 60;

/** Equally long series of one asset. */
export interface Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Bars of one asset with what is derived bar by bar: computed once, however many windows are filled from them. */
export class BarSeries implements Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly typical: Float64Array;
  readonly logOpen: Float64Array;
  readonly logClose: Float64Array;
  readonly logReturn: Float64Array;
  readonly moveSize: Float64Array;
  readonly parkinson: Float64Array;
  readonly garmanKlass: Float64Array;
  readonly rogersSatchell: Float64Array;

  constructor({ open, high, low, close, volume }: Bars) {
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    this.volume = volume;
    this.typical = close.map((price, i) => (high[i]! + low[i]! + price) / 3);
    this.logOpen = open.map(Math.log);
    this.logClose = close.map(Math.log);
    const { logClose } = this;
    this.logReturn = logClose.map((value, i) => (i === 0 ? 0 : value - logClose[i - 1]!));
    this.moveSize = this.logReturn.map(Math.abs);
    const bar = (i: number): OneBar => ({ open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]! });
    this.parkinson = close.map((_, i) => parkinsonVariance(high[i]!, low[i]!));
    this.garmanKlass = close.map((_, i) => garmanKlassVariance(bar(i)));
    this.rogersSatchell = close.map((_, i) => rogersSatchellVariance(bar(i)));
  }
}

/** One window at a time: filled again and again, as a factor matrix has thousands of them. */
export class BarWindow implements Bars {
  readonly open = new Float64Array(WINDOW_BARS);
  readonly high = new Float64Array(WINDOW_BARS);
  readonly low = new Float64Array(WINDOW_BARS);
  readonly close = new Float64Array(WINDOW_BARS);
  readonly volume = new Float64Array(WINDOW_BARS);
  /** (high + low + close) / 3. */
  readonly typical = new Float64Array(WINDOW_BARS);
  readonly logOpen = new Float64Array(WINDOW_BARS);
  readonly logClose = new Float64Array(WINDOW_BARS);
  /** Of bar i since bar i − 1. The first leads out of the window: it is 0 here, and no factor reads it. */
  readonly logReturn = new Float64Array(WINDOW_BARS);
  /** |log return|. */
  readonly moveSize = new Float64Array(WINDOW_BARS);
  /** Variance of each bar by its range. */
  readonly parkinson = new Float64Array(WINDOW_BARS);
  readonly garmanKlass = new Float64Array(WINDOW_BARS);
  readonly rogersSatchell = new Float64Array(WINDOW_BARS);
  /** After the window's last bar. */
  convergence = new ConvergenceDivergence();
  movement = new DirectionalMovement();

  /** Takes the `WINDOW_BARS` bars that begin with bar `from` of the series. */
  fill(series: BarSeries, from: number): void {
    for (const name of COPIED) {
      const source = series[name];
      const target = this[name];
      for (let i = 0; i < WINDOW_BARS; i++) target[i] = source[from + i]!;
    }
    this.logReturn[0] = this.moveSize[0] = 0;
    this.convergence = new ConvergenceDivergence();
    this.movement = new DirectionalMovement();
    for (let i = 0; i < WINDOW_BARS; i++) {
      this.convergence.next(this.close[i]!);
      this.movement.next(this.high[i]!, this.low[i]!, this.close[i]!);
    }
  }
}

const COPIED = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "typical",
  "logOpen",
  "logClose",
  "logReturn",
  "moveSize",
  "parkinson",
  "garmanKlass",
  "rogersSatchell",
] as const;
