// What a strategy is: a score per candidate, and what happens among equals.

export interface Strategy {
  readonly name: string;
  /** Of the row of terms that begins at `base`; the least is taken. */
  readonly score: (terms: Float64Array, base: number) => number;
  /** Among equals: the one that was called least, or one that is drawn. */
  readonly ties: "least_called" | "drawn";
}
