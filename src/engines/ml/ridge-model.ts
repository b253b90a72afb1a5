// The model: pooled ridge regression of relative returns on features, its penalty chosen inside the training part.
import { assert } from "../../kernel/assert.js";
import { addRow, combine, difference, packedLength } from "../../quant/regression/cross-products.js";
import { ridgeCoefficients, squaredError } from "../../quant/regression/ridge.js";
import type { Panel } from "./panel.js";

/** Relative to the features' own squares: from next to no shrinkage to nothing but the features' single correlations. */
export const PENALTIES: readonly number[] = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
const INNER_FOLDS = 4;

export interface Model {
  readonly penalty: number;
  readonly coefficients: Float64Array;
}

/** Cross products of the first `d` labelled dates, for every `d` in a set that is known beforehand. */
export type PrefixProducts = ReadonlyMap<number, Float64Array>;

interface InnerFold {
  readonly from: number;
  readonly to: number;
  /** Trained on: dates before `beforeTo` and from `afterFrom` on. */
  readonly beforeTo: number;
  readonly afterFrom: number;
}

/** Blocks of the training dates [0, trainTo), each left out in turn with `horizon` dates on either side of it. */
function innerFolds(trainTo: number, horizon: number): InnerFold[] {
  return Array.from({ length: INNER_FOLDS }, (_, k) => {
    const from = Math.floor((k * trainTo) / INNER_FOLDS);
    const to = Math.floor(((k + 1) * trainTo) / INNER_FOLDS);
    return { from, to, beforeTo: Math.max(0, from - horizon), afterFrom: Math.min(trainTo, to + horizon) };
  });
}

/** One pass over the panel for models trained on each of `trainTos`. */
export function prefixProducts(panel: Panel, trainTos: readonly number[]): PrefixProducts {
  const cuts = new Set(
    trainTos.flatMap((trainTo) => [
      trainTo,
      ...innerFolds(trainTo, panel.horizon).flatMap(({ from, to, beforeTo, afterFrom }) => [
        from,
        to,
        beforeTo,
        afterFrom,
      ]),
    ]),
  );
  const { symbols, width, features, outcome } = panel;
  const products = new Map<number, Float64Array>();
  const sum = new Float64Array(packedLength(width + 1));
  const row = new Float64Array(width + 1);
  for (let d = 0; d <= panel.labelled; d++) {
    if (cuts.has(d)) products.set(d, sum.slice());
    if (d === panel.labelled) break;
    for (let i = d * symbols; i < (d + 1) * symbols; i++) {
      for (let f = 0; f < width; f++) row[f] = features[i * width + f]!;
      row[width] = outcome[i]!;
      addRow(sum, row);
    }
  }
  return products;
}

/**
 * Trains on the dates [0, trainTo). The penalty is the one with the least squared error over blocks of those dates that
 * were left out in turn, purged on both sides of dates whose outcomes overlap the block's (López de Prado 2018, Advances in
 * Financial Machine Learning, §7.4); the greater one of equals.
 */
export function trainModel(panel: Panel, products: PrefixProducts, trainTo: number): Model {
  const at = (date: number): Float64Array => {
    const found = products.get(date);
    assert(found !== undefined, `cross products of the first ${date} dates must be at hand`);
    return found;
  };
  const errors = new Float64Array(PENALTIES.length);
  for (const { from, to, beforeTo, afterFrom } of innerFolds(trainTo, panel.horizon)) {
    const training = combine(at(beforeTo), at(trainTo), at(afterFrom));
    const validation = difference(at(to), at(from));
    PENALTIES.forEach((penalty, i) => {
      errors[i]! += squaredError(validation, ridgeCoefficients(training, panel.width, penalty));
    });
  }
  const least = errors.lastIndexOf(Math.min(...errors));
  const penalty = PENALTIES[least]!;
  return { penalty, coefficients: ridgeCoefficients(at(trainTo), panel.width, penalty) };
}

/** The model's relative returns of all assets on one date, in the order of the symbols. */
export function predictDate({ features, symbols, width }: Panel, { coefficients }: Model, date: number): Float64Array {
  const predicted = new Float64Array(symbols);
  for (let s = 0; s < symbols; s++) {
    const row = (date * symbols + s) * width;
    let sum = 0;
    for (let f = 0; f < width; f++) sum += features[row + f]! * coefficients[f]!;
    predicted[s] = sum;
  }
  return predicted;
}
