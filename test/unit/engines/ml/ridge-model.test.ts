import { describe, expect, it } from "vitest";
import { panelOf, type Panel } from "../../../../src/engines/ml/panel.js";
import { PENALTIES, predictDate, prefixProducts, trainModel } from "../../../../src/engines/ml/ridge-model.js";
import { addRow, packedLength } from "../../../../src/quant/regression/cross-products.js";
import { ridgeCoefficients } from "../../../../src/quant/regression/ridge.js";
import { HORIZON, plantedPanel } from "./planted-panel.js";

const PANELS = Array.from({ length: 12 }, (_, seed) =>
  panelOf(plantedPanel({ symbols: 7, dates: 100, width: 4, signal: 0.1 * seed, seed })),
);
const TRAIN_TO = 61;

/** Coefficients of the rows of some dates, from the rows themselves. */
function fit({ features, outcome, symbols, width }: Panel, dates: readonly number[], penalty: number): Float64Array {
  const products = new Float64Array(packedLength(width + 1));
  for (const date of dates) {
    for (let s = 0; s < symbols; s++) {
      const at = date * symbols + s;
      addRow(products, Float64Array.of(...features.subarray(at * width, (at + 1) * width), outcome[at]!));
    }
  }
  return ridgeCoefficients(products, width, penalty);
}

/** The error that leaving blocks out in turn finds, predicted date by date. */
function blockError(panel: Panel, penalty: number): number {
  let error = 0;
  for (let block = 0; block < 4; block++) {
    const from = Math.floor((block * TRAIN_TO) / 4);
    const to = Math.floor(((block + 1) * TRAIN_TO) / 4);
    const dates = Array.from({ length: TRAIN_TO }, (_, date) => date);
    const overlaps = (date: number): boolean => date + HORIZON >= from && date <= to - 1 + HORIZON;
    const coefficients = fit(
      panel,
      dates.filter((date) => !overlaps(date)),
      penalty,
    );
    for (let date = from; date < to; date++) {
      const predicted = predictDate(panel, { penalty, coefficients }, date);
      predicted.forEach((value, s) => (error += (panel.outcome[date * panel.symbols + s]! - value) ** 2));
    }
  }
  return error;
}

describe("trainModel", () => {
  const models = PANELS.map((panel) => trainModel(panel, prefixProducts(panel, [TRAIN_TO, 80]), TRAIN_TO));

  it("chooses the penalty whose purged left-out blocks are predicted best", () => {
    const expected = PANELS.map((panel) => {
      const errors = PENALTIES.map((penalty) => blockError(panel, penalty));
      return PENALTIES[errors.indexOf(Math.min(...errors))]!;
    });
    expect(new Set(expected).size).toBeGreaterThan(2);
    expect(models.map(({ penalty }) => penalty)).toEqual(expected);
  });

  it("fits the coefficients on every training date and on no other", () => {
    const dates = Array.from({ length: TRAIN_TO }, (_, date) => date);
    models.forEach(({ penalty, coefficients }, i) => {
      fit(PANELS[i]!, dates, penalty).forEach((value, f) => {
        expect(coefficients[f]).toBeCloseTo(value, 12);
      });
    });
  });
});

describe("predictDate", () => {
  it("weighs the features of one date by the coefficients", () => {
    const small = { ...PANELS[0]!, symbols: 2, width: 2, features: Float64Array.of(9, 9, 9, 9, 1, 2, 3, 4) };
    const model = { penalty: 1, coefficients: Float64Array.of(10, 1) };
    expect(predictDate(small, model, 1)).toEqual(Float64Array.of(12, 34));
  });
});
