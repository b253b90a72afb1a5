// What a strategy is: a score per candidate, and what happens among equals.
import type { Candidate } from "./candidate.js";

export interface Strategy {
  readonly name: string;
  /** Of the row of terms that begins at `base`; the least is taken. */
  readonly score: (terms: Float64Array, base: number) => number;
  /** Writes a row, where there are any, and gives its score in one go; absent: one after the other, which takes longer. */
  readonly weigh?: Weigh;
  /** Among equals: the one that was called least, or one that is drawn. */
  readonly ties: "least_called" | "drawn";
}

/** Writes the row of a candidate from `base` on, unless nobody will look at it, and gives its score; `preference` is its partnership's factor. */
export interface Weigh {
  (terms: Float64Array | undefined, base: number, candidate: Candidate, nowMs: number, preference: number): number;
}
