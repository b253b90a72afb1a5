import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import { WINDOW_BARS } from "../../../../src/engines/factor/bar-window.js";
import { FACTOR_NAMES, factorRows } from "../../../../src/engines/factor/factor-rows.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { ConvergenceDivergence } from "../../../../src/quant/indicators/convergence-divergence.js";
import { DirectionalMovement } from "../../../../src/quant/indicators/directional-movement.js";
import { RelativeStrength } from "../../../../src/quant/indicators/relative-strength.js";
import { exponentialAverage } from "../../../../src/quant/indicators/smoothing.js";
import { mean, standardDeviation } from "../../../../src/quant/statistics/moments.js";
import { datesOf, emptyHistory, sliceHistory, syntheticHistory } from "../synthetic-history.js";

/** The factors of every row of a history, laid out as a factor matrix. */
function allRows(history: MarketHistoryValue): Float64Array {
  const { open, high, low, close, volume, symbols, dates } = history;
  const count = (dates.length - WINDOW_BARS + 1) * symbols.length;
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  return factorRows({ open, high, low, close, volume, symbols: symbols.length, dates: dates.length, rows });
}

/** One factor of the newest row of the first symbol. */
function newest(history: MarketHistoryValue, factor: string): number {
  const last = sliceHistory(history, history.dates.length - WINDOW_BARS, history.dates.length);
  return allRows(last)[FACTOR_NAMES.indexOf(factor)]!;
}

/** A history of one symbol from its closes: bars of the given half range, one share a bar. */
function historyOf(closes: readonly number[], { halfRange = 0, volume = 1 } = {}): MarketHistoryValue {
  const history = emptyHistory(["X"], datesOf(closes.length));
  closes.forEach((close, i) => {
    history.open[i] = history.close[i] = close;
    history.high[i] = close * (1 + halfRange);
    history.low[i] = close * (1 - halfRange);
    history.volume[i] = volume;
  });
  return history;
}

/** Factors that look at a stretch, with its length; the recursive ones look at the whole window. */
const RECURSIVE = /^(ema|macd|rsi|adx|di|atr)_/;
const STRETCHES = FACTOR_NAMES.filter((name) => !RECURSIVE.test(name)).map((name) => {
  const numbers = name.match(/\d+/g)!.map(Number);
  // A smoothed oscillator adds the bars that it is averaged over.
  return { name, bars: name === "stochastic_14_3" ? 14 + 3 - 1 : Math.max(...numbers) };
});

/** Some factors of the newest bar by their definitions, on plain arrays. */
function writtenOut({ open, high, low, close, volume }: MarketHistoryValue): Record<string, number> {
  const last = (values: Float64Array | number[], count: number): number[] => Array.from(values).slice(-count);
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const average = (values: number[]): number => sum(values) / values.length;
  const deviation = (values: number[], divisor: number): number =>
    Math.sqrt(sum(values.map((value) => (value - average(values)) ** 2)) / divisor);
  const now = close.at(-1)!;
  const moves = Array.from(close, (price, i) => (i === 0 ? NaN : Math.log(price / close[i - 1]!)));
  const closes = last(close, 20);
  const falls = closes.map((price, i) => price / Math.max(...closes.slice(0, i + 1)) - 1);
  const typical = Array.from(close, (price, i) => (price + high[i]! + low[i]!) / 3);
  const traded = last(volume, 20);
  const standardised = last(moves, 20).map(
    (move) => (move - average(last(moves, 20))) / deviation(last(moves, 20), 20),
  );
  const squares = (values: number[]): number => sum(values.map((value) => value ** 2));
  const times = closes.map((_, i) => i);
  const correlation = (x: number[], y: number[]): number =>
    average(x.map((value, i) => (value - average(x)) * (y[i]! - average(y)))) / deviation(x, 20) / deviation(y, 20);
  const slope = (values: number[]): number =>
    (correlation(times, values) * deviation(values, 20)) / deviation(times, 20);
  const logs = closes.map(Math.log);
  const residuals = logs.map((log, i) => log - average(logs) - slope(logs) * (i - 9.5));
  const signed = last(moves, 20).map((move, i) => Math.sign(move) * traded[i]!);
  const balance = signed.map((_, i) => sum(signed.slice(0, i + 1)));
  const varianceRatio = (step: number): number => {
    const long = Array.from({ length: 41 - step }, (_, i) => sum(last(moves, 40).slice(i, i + step)));
    const centre = average(last(moves, 40));
    const single = average(last(moves, 40).map((move) => (move - centre) ** 2));
    return average(long.map((move) => (move - step * centre) ** 2)) / (step * single);
  };
  return {
    momentum_40_5: Math.log(close.at(-6)! / close.at(-41)!),
    sma_ratio_20: now / average(closes) - 1,
    volatility_20: deviation(last(moves, 20), 19),
    volatility_ratio_5_40: deviation(last(moves, 5), 4) / deviation(last(moves, 40), 39),
    parkinson_20: Math.sqrt(
      average(
        last(
          high.map((price, i) => Math.log(price / low[i]!) ** 2 / (4 * Math.LN2)),
          20,
        ),
      ),
    ),
    skewness_20: average(standardised.map((value) => value ** 3)),
    kurtosis_20: average(standardised.map((value) => value ** 4)) - 3,
    downside_deviation_20: Math.sqrt(average(last(moves, 20).map((move) => Math.min(0, move) ** 2))),
    max_return_20: Math.max(...last(moves, 20)),
    min_return_20: Math.min(...last(moves, 20)),
    drawdown_20: falls.at(-1)!,
    max_drawdown_20: Math.min(...falls),
    efficiency_20: sum(last(moves, 20)) / sum(last(moves, 20).map(Math.abs)),
    volume_score_20: (volume.at(-1)! - average(traded)) / deviation(traded, 19),
    volume_ratio_5_40: average(last(volume, 5)) / average(last(volume, 40)),
    amihud_20: average(last(moves, 20).map((move, i) => (1e6 * Math.abs(move)) / (closes[i]! * traded[i]!))),
    vwap_distance_20: now / (sum(last(typical, 20).map((price, i) => price * traded[i]!)) / sum(traded)) - 1,
    overnight_return_20: average(
      last(
        open.map((price, i) => Math.log(price / (close[i - 1] ?? NaN))),
        20,
      ),
    ),
    variance_ratio_2_40: varianceRatio(2),
    variance_ratio_5_40: varianceRatio(5),
    autocorrelation_20: sum(standardised.slice(1).map((value, i) => value * standardised[i]!)) / 20,
    obv_slope_20: slope(balance) / average(traded),
    trend_t_20: slope(logs) / Math.sqrt(squares(residuals) / 18 / squares(times.map((time) => time - 9.5))),
    volume_move_correlation_20: correlation(last(moves, 20).map(Math.abs), traded),
    intraday_return_20: average(
      last(
        open.map((price, i) => Math.log(close[i]! / price)),
        20,
      ),
    ),
  };
}

describe("FACTOR_NAMES", () => {
  it("are at least sixty, each once", () => {
    expect(new Set(FACTOR_NAMES).size).toBe(FACTOR_NAMES.length);
    expect(FACTOR_NAMES.length).toBeGreaterThanOrEqual(60);
  });
});

describe("factorRows", () => {
  it("has one row for exactly one window of bars", () => {
    const history = syntheticHistory({ symbols: 2, bars: WINDOW_BARS, seed: 1 });
    expect(allRows(history)).toHaveLength(2 * FACTOR_NAMES.length);
  });

  it("gives the same bits for a window wherever the history around it begins and ends", () => {
    const around = { before: fc.nat(25), after: fc.nat(25), seed: fc.nat() };
    fc.assert(
      fc.property(fc.record(around), ({ before, after, seed }) => {
        const history = syntheticHistory({ symbols: 2, bars: before + WINDOW_BARS + after, seed });
        const width = FACTOR_NAMES.length;
        const whole = allRows(history).slice(2 * before * width, 2 * (before + 1) * width);
        expect(whole).toEqual(allRows(sliceHistory(history, before, before + WINDOW_BARS)));
      }),
      { numRuns: 40 },
    );
  });

  it("looks at no bar before the window and at no other asset", () => {
    const history = syntheticHistory({ symbols: 2, bars: WINDOW_BARS + 1, seed: 4 });
    const width = FACTOR_NAMES.length;
    const before = allRows(history);
    const altered = sliceHistory(history, 0, WINDOW_BARS + 1);
    altered.open[0]! *= 1.5;
    altered.high[0]! *= 2;
    altered.low[0]! *= 0.5;
    altered.close[0]! *= 1.7;
    altered.volume[0]! *= 9;
    const after = allRows(altered);
    expect(after.slice(0, width)).not.toEqual(before.slice(0, width));
    expect(after.slice(width)).toEqual(before.slice(width));
  });

  it("computes just the rows that are asked for", () => {
    const history = syntheticHistory({ symbols: 3, bars: WINDOW_BARS + 9, seed: 5 });
    const { open, high, low, close, volume } = history;
    const rows = Int32Array.of(0, 4, 5, 29);
    const some = factorRows({ open, high, low, close, volume, symbols: 3, dates: WINDOW_BARS + 9, rows });
    const all = allRows(history);
    const width = FACTOR_NAMES.length;
    rows.forEach((row, k) => {
      expect(some.slice(k * width, (k + 1) * width)).toEqual(all.slice(row * width, (row + 1) * width));
    });
  });

  it("is finite whatever valid bars look like", () => {
    const price = fc.constantFrom(1e-60, 0.01, 1, 1.0000001, 100, 1e60);
    const bar = fc.record({
      prices: fc.tuple(price, price, price, price),
      volume: fc.constantFrom(0, 1e-60, 1, 1e9, 1e60),
    });
    const bars = fc.oneof(
      fc.array(bar, { minLength: WINDOW_BARS, maxLength: WINDOW_BARS }),
      bar.map((one) => new Array<typeof one>(WINDOW_BARS).fill(one)),
      fc.tuple(bar, bar).map(([one, last]) => [...new Array<typeof one>(WINDOW_BARS - 1).fill(one), last]),
    );
    fc.assert(
      fc.property(bars, (drawn) => {
        const history = emptyHistory(["X"], datesOf(WINDOW_BARS));
        drawn.forEach(({ prices, volume }, i) => {
          const [low, open, close, high] = prices.toSorted((a, b) => a - b) as [number, number, number, number];
          Object.entries({ low, open, close, high, volume }).forEach(([field, value]) => {
            history[field as "low"][i] = value;
          });
        });
        allRows(history).forEach((value, f) => {
          expect(Number.isFinite(value), `${FACTOR_NAMES[f]} is ${value}`).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("has neutral values for a price that stands still and nothing traded", () => {
    const still = allRows(historyOf(new Array<number>(WINDOW_BARS).fill(0.1), { volume: 0 }));
    const neutral = { rsi_14: 50, stochastic_14_3: 50, williams_r_10: -50, bollinger_b_20: 0.5, money_flow_14: 50 };
    const ones = { variance_ratio_5_40: 1, volatility_ratio_5_40: 1, volume_ratio_5_40: 1 };
    const halves = { range_position_5: 0.5, range_position_40: 0.5, rsi_5: 50, bollinger_b_10: 0.5 };
    const expected: Record<string, number> = { ...neutral, ...ones, ...halves, variance_ratio_2_40: 1 };
    FACTOR_NAMES.forEach((name, f) => {
      expect(Math.abs(still[f]! - (expected[name] ?? 0)), name).toBeLessThan(1e-12);
    });
  });

  it("gives hand-worked values on a steady climb of 1 % a bar", () => {
    const climb = historyOf(
      Array.from({ length: WINDOW_BARS }, (_, i) => 100 * 1.01 ** i),
      { halfRange: 0.02, volume: 1000 },
    );
    const step = Math.log(1.01);
    const range = Math.log(1.02 / 0.98);
    const expected: Record<string, number> = {
      momentum_20: 20 * step,
      momentum_40_5: 35 * step,
      reversal_1: -step,
      volatility_40: 0,
      parkinson_10: range / Math.sqrt(4 * Math.LN2),
      garman_klass_20: range * Math.SQRT1_2,
      rogers_satchell_20: Math.sqrt(Math.log(1.02) ** 2 + Math.log(0.98) ** 2),
      drawdown_40: 0,
      efficiency_10: 1,
      trend_t_20: 1000,
      rsi_14: 100,
      adx_14: 100,
      money_flow_14: 100,
      max_return_20: step,
      min_return_20: step,
      overnight_return_20: step,
      intraday_return_20: 0,
      obv_slope_20: 1,
      volume_score_20: 0,
      sma_ratio_5: 5 / ((1 - 1.01 ** -5) / (1 - 1 / 1.01)) - 1,
    };
    for (const [name, value] of Object.entries(expected)) expect(newest(climb, name), name).toBeCloseTo(value, 10);
  });

  it.each(STRETCHES)(
    "reads for $name the last $bars bars and the close before them, no more and no less",
    ({ name, bars }) => {
      const history = syntheticHistory({ symbols: 1, bars: WINDOW_BARS, seed: "stretch" });
      const scaled = (from: number, to: number): MarketHistoryValue => {
        const copy = sliceHistory(history, 0, WINDOW_BARS);
        for (let i = from; i < to; i++) {
          for (const field of ["open", "high", "low", "close", "volume"] as const)
            copy[field][i]! *= 3 ** (1 + i - from);
          copy.high[i]! *= 1.1;
        }
        return copy;
      };
      const oldest = WINDOW_BARS - bars;
      expect(newest(scaled(0, oldest - 1), name)).toBe(newest(history, name));
      expect(newest(scaled(oldest - 1, oldest + 1), name)).not.toBe(newest(history, name));
    },
  );

  it("equals definitions written out on a random window", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const history = syntheticHistory({ symbols: 1, bars: WINDOW_BARS, seed });
        for (const [name, value] of Object.entries(writtenOut(history))) {
          const actual = newest(history, name);
          expect(Math.abs(actual - value), `${name}: ${actual} is not ${value}`).toBeLessThan(
            1e-9 * (1 + Math.abs(value)),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it("tells turning from trending by autocorrelation and variance ratio", () => {
    const random = createRandom("dependence");
    const path = (coefficient: number): number[] => {
      let [log, move] = [4, 0];
      return Array.from({ length: 400 }, () => {
        move = coefficient * move + 0.01 * random.normal();
        log += move;
        return Math.exp(log);
      });
    };
    const average = (closes: number[], factor: string): number => {
      const values = Array.from({ length: 300 }, (_, i) => newest(historyOf(closes.slice(i, i + 100)), factor));
      return mean(Float64Array.from(values));
    };
    const [trending, turning] = [path(0.5), path(-0.5)];
    expect(average(trending, "autocorrelation_40")).toBeGreaterThan(0.3);
    expect(average(turning, "autocorrelation_40")).toBeLessThan(-0.3);
    expect(average(trending, "variance_ratio_5_40")).toBeGreaterThan(1.5);
    expect(average(turning, "variance_ratio_5_40")).toBeLessThan(0.7);
  });
});

describe("the window of 60 bars against the whole series", () => {
  const history = apple();
  const bars = history.dates.length;
  const whole = wholeSeries(history);
  const rows = allRows(history);
  // Once the whole series has forgotten its own beginning.
  const settled = 260;

  /** Mean absolute difference of the factor from the indicator over the whole series, in its standard deviations. */
  function difference(factor: keyof typeof whole): number {
    const from = settled - WINDOW_BARS + 1;
    const column = FACTOR_NAMES.indexOf(factor);
    const reference = whole[factor].slice(settled);
    const differences = reference.map((value, i) => Math.abs(value - rows[(from + i) * FACTOR_NAMES.length + column]!));
    expect(reference).toHaveLength(bars - settled);
    return mean(differences) / standardDeviation(reference);
  }

  it.each([
    { factor: "rsi_14", least: 0.01, most: 0.025 },
    { factor: "atr_pct_14", least: 0.005, most: 0.015 },
    { factor: "adx_14", least: 0.05, most: 0.13 },
    { factor: "macd_line", least: 0.02, most: 0.045 },
    { factor: "macd_signal", least: 0.02, most: 0.065 },
    { factor: "ema_ratio_20", least: 0.002, most: 0.006 },
  ] as const)("moves $factor by less than $most of its standard deviation, and by more than $least", (bounds) => {
    const measured = difference(bounds.factor);
    expect(measured).toBeGreaterThan(bounds.least);
    expect(measured).toBeLessThan(bounds.most);
  });
});

/** AAPL from 2013 to 2018, from the data that the project depends on. */
function apple(): MarketHistoryValue {
  const path = fileURLToPath(import.meta.resolve("@observablehq/sample-datasets/aapl.csv"));
  const lines = readFileSync(path, "utf8").trim().split("\n").slice(1);
  const cells = lines.map((line) => line.split(","));
  const column = (index: number): Float64Array => Float64Array.from(cells, (row) => Number(row[index]));
  const history = emptyHistory(
    ["AAPL"],
    cells.map((row) => row[0]!),
  );
  return { ...history, open: column(1), high: column(2), low: column(3), close: column(4), volume: column(6) };
}

function wholeSeries({
  high,
  low,
  close,
}: MarketHistoryValue): Record<
  "rsi_14" | "atr_pct_14" | "adx_14" | "macd_line" | "macd_signal" | "ema_ratio_20",
  Float64Array
> {
  const strength = new RelativeStrength(14);
  const convergence = new ConvergenceDivergence();
  const movement = new DirectionalMovement();
  const average = exponentialAverage(20);
  const states = Array.from(close, (price, i) => {
    convergence.next(price);
    movement.next(high[i]!, low[i]!, price);
    return {
      rsi_14: strength.next(price),
      atr_pct_14: (100 * movement.averageTrueRange) / price,
      adx_14: movement.averageIndex,
      macd_line: convergence.line / price,
      macd_signal: convergence.signal / price,
      ema_ratio_20: price / average.next(price) - 1,
    };
  });
  const series = (name: keyof (typeof states)[number]): Float64Array =>
    Float64Array.from(states, (state) => state[name]);
  return {
    rsi_14: series("rsi_14"),
    atr_pct_14: series("atr_pct_14"),
    adx_14: series("adx_14"),
    macd_line: series("macd_line"),
    macd_signal: series("macd_signal"),
    ema_ratio_20: series("ema_ratio_20"),
  };
}
