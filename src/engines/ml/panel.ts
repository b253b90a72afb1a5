// Features of every asset and date beside what the asset returned afterwards, relative to the others.
import { mean, standardDeviation } from "../../quant/statistics/moments.js";

export interface PanelInput {
  /** Laid out as `feature.matrix`: value [(date * symbols + symbol) * width + feature]. */
  readonly features: Float64Array;
  readonly width: number;
  readonly symbols: number;
  /** Dates with features: the last ones of the history. */
  readonly dates: number;
  /** Symbol-major closes of the whole history: value [symbol * bars + bar]. */
  readonly close: Float64Array;
  readonly bars: number;
  /** In bars: what is predicted is the simple return over as many. */
  readonly horizon: number;
}

export interface Panel extends Omit<PanelInput, "close" | "bars"> {
  /** Dates whose outcome is known: the first ones, all but `horizon`. */
  readonly labelled: number;
  /** Return from the date's close to the close `horizon` bars later, less its mean over the assets: [date * symbols + symbol]. */
  readonly outcome: Float64Array;
  /** Mean over the labelled dates of the standard deviation of that return over the assets. */
  readonly dispersion: number;
}

export function panelOf({ close, bars, ...rest }: PanelInput): Panel {
  const { symbols, dates, horizon } = rest;
  const labelled = Math.max(0, dates - horizon);
  const outcome = new Float64Array(labelled * symbols);
  let dispersion = 0;
  for (let d = 0; d < labelled; d++) {
    const bar = bars - dates + d;
    const section = outcome.subarray(d * symbols, (d + 1) * symbols);
    for (let s = 0; s < symbols; s++) section[s] = close[s * bars + bar + horizon]! / close[s * bars + bar]! - 1;
    const centre = mean(section);
    dispersion += standardDeviation(section);
    for (let s = 0; s < symbols; s++) section[s]! -= centre;
  }
  return { ...rest, labelled, outcome, dispersion: labelled === 0 ? 0 : dispersion / labelled };
}
