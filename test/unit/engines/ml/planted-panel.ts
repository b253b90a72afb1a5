// Features and prices with a known relation: the first feature moves the next bar's return, all others are noise.
import type { PanelInput } from "../../../../src/engines/ml/panel.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";

export interface PlantedOptions {
  readonly symbols: number;
  readonly dates: number;
  readonly width: number;
  /** Standard deviations of the next bar's own return that one standard deviation of the first feature adds. */
  readonly signal: number;
  readonly seed: number | string;
}

export const HORIZON = 5;
const NOISE = 0.01;

export function plantedPanel({ symbols, dates, width, signal, seed }: PlantedOptions): PanelInput {
  const random = createRandom(seed);
  const bars = dates + 3;
  const features = Float64Array.from({ length: dates * symbols * width }, () => random.normal());
  centreByDate(features, symbols, width);
  const close = new Float64Array(symbols * bars);
  for (let s = 0; s < symbols; s++) {
    let price = 100;
    for (let bar = 0; bar < bars; bar++) {
      const date = bar - 1 - (bars - dates);
      const pushed = date >= 0 ? signal * features[(date * symbols + s) * width]! : 0;
      price *= 1 + NOISE * (pushed + random.normal());
      close[s * bars + bar] = price;
    }
  }
  return { features, width, symbols, dates, close, bars, horizon: HORIZON };
}

function centreByDate(features: Float64Array, symbols: number, width: number): void {
  for (let date = 0; date < features.length / (symbols * width); date++) {
    for (let f = 0; f < width; f++) {
      let sum = 0;
      for (let s = 0; s < symbols; s++) sum += features[(date * symbols + s) * width + f]!;
      for (let s = 0; s < symbols; s++) features[(date * symbols + s) * width + f]! -= sum / symbols;
    }
  }
}

/**
 * Expected rank correlation over n assets of the first feature with the relative return over the horizon: one of h equal
 * pushes is known, so ρ = signal / √(h (signal² + 1)), and the mean of Spearman's coefficient of n jointly normal pairs is
 * 6 / (π (n + 1)) · (asin ρ + (n − 2) asin(ρ/2)) (Moran 1948, Biometrika 35).
 */
export function plantedCorrelation(signal: number, n: number): number {
  const linear = signal / Math.sqrt(HORIZON * (signal * signal + 1));
  return (6 / (Math.PI * (n + 1))) * (Math.asin(linear) + (n - 2) * Math.asin(linear / 2));
}
