// What became of the rows of a source: how many were read, how many skipped, and why the first of those were.

const PROBLEMS_KEPT = 100;

export class RowLog {
  read = 0;
  #skipped = 0;
  readonly #problems: string[] = [];

  get skipped(): number {
    return this.#skipped;
  }

  /** The first 100. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  skip(problem: string): void {
    this.#skipped += 1;
    if (this.#problems.length < PROBLEMS_KEPT) this.#problems.push(problem);
  }
}
