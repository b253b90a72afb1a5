// What a choice weighs, as rows of one flat array: written once per choice, read by whichever strategy, kept as it is.

/** Columns of a row. */
export const TERM = {
  pending: 0,
  /** −1 where it was never measured. */
  latencyMs: 1,
  stallMs: 2,
  successRate: 3,
  preference: 4,
  missingCapabilities: 5,
  calls: 6,
  turn: 7,
  others: 8,
} as const;

export const TERMS = 9;

/** Up to this many candidates are all weighed; of more, two are drawn and the better one taken (Mitzenmacher 2001). */
export const FULL_SCAN_LIMIT = 20;
