import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minLabelledDates, walkForwardFolds } from "../../../../src/engines/ml/walk-forward.js";

const cases = fc
  .integer({ min: 1, max: 20 })
  .chain((horizon) => fc.tuple(fc.constant(horizon), fc.integer({ min: minLabelledDates(horizon), max: 2000 })));

describe("walkForwardFolds", () => {
  it("trains only on dates whose outcome ends before the first test date", () => {
    fc.assert(
      fc.property(cases, ([horizon, labelled]) => {
        for (const { trainTo, testFrom } of walkForwardFolds(labelled, horizon)) {
          const lastOutcomeEnds = trainTo - 1 + horizon;
          expect(lastOutcomeEnds).toBeLessThan(testFrom);
          expect(trainTo).toBeGreaterThanOrEqual(30);
        }
      }),
    );
  });

  it("tests the later dates once each, in two to eight folds of about the same length", () => {
    fc.assert(
      fc.property(cases, ([horizon, labelled]) => {
        const folds = walkForwardFolds(labelled, horizon);
        expect(folds.length).toBeGreaterThanOrEqual(2);
        expect(folds.length).toBeLessThanOrEqual(8);
        expect(folds.at(-1)!.testTo).toBe(labelled);
        folds.slice(1).forEach((fold, i) => {
          expect(fold.testFrom).toBe(folds[i]!.testTo);
        });
        const lengths = folds.map(({ testFrom, testTo }) => testTo - testFrom);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(5);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("splits a year of bars into eight folds over two thirds of it", () => {
    const folds = walkForwardFolds(183, 5);
    expect(folds).toHaveLength(8);
    expect(folds[0]).toEqual({ trainTo: 56, testFrom: 61, testTo: 76 });
  });
});
