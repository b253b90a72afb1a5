// What a strategy is: a score per candidate, and what happens among equals.

import type { Candidate } from "./candidate.js";

export interface Strategy {
  readonly name: string;
  /** Of the row of terms that begins at `base`; the least is taken. */
  readonly score: (terms: Float64Array, base: number) => number;
  /** The same score straight from a candidate, for choices that nobody will look at; a strategy may do without. */
  readonly scoreCandidate?: (candidate: Candidate, nowMs: number) => number;
  /** Among equals: the one that was called least, or one that is drawn. */
  readonly ties: "least_called" | "drawn";
}
