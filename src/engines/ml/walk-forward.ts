// Which dates are trained on and which are predicted: time only runs forward, and no outcome that a model was trained on
// reaches into the dates that test it.

/** Positions among the labelled dates: train on [0, trainTo), test on [testFrom, testTo). */
export interface Fold {
  readonly trainTo: number;
  readonly testFrom: number;
  readonly testTo: number;
}

const MIN_TRAIN_DATES = 30;
const MIN_FOLDS = 2;
const MAX_FOLDS = 8;
const MIN_FOLD_DATES = 5;
/** So many test dates before the model is trained anew, where that makes no more than `MAX_FOLDS`. */
const FOLD_DATES = 15;

/** The least number of labelled dates that can be walked. */
export function minLabelledDates(horizon: number): number {
  return MIN_TRAIN_DATES + horizon + MIN_FOLDS * MIN_FOLD_DATES;
}

/**
 * Expanding folds over the last two thirds of the labelled dates, or fewer where the first training part would be too
 * short. Between training and test lie `horizon` dates, the embargo: the outcome of the last training date ends before the
 * first test date. Needs `minLabelledDates` or more.
 */
export function walkForwardFolds(labelled: number, horizon: number): Fold[] {
  const first = Math.max(MIN_TRAIN_DATES + horizon, Math.floor(labelled / 3));
  const tested = labelled - first;
  const count = Math.max(MIN_FOLDS, Math.min(MAX_FOLDS, Math.round(tested / FOLD_DATES)));
  return Array.from({ length: count }, (_, k) => {
    const testFrom = first + Math.floor((k * tested) / count);
    return { trainTo: testFrom - horizon, testFrom, testTo: first + Math.floor(((k + 1) * tested) / count) };
  });
}
