// What was seen of the world at the last look, in order: where all of it is the same again, so is whatever follows from it.

export class Sightings {
  readonly #seen: unknown[] = [];
  #count = 0;
  #isChanged = true;

  /** Values that change are to be other values: objects that are never changed themselves. */
  see(what: unknown): void {
    // Undefined can be seen too.
    this.#isChanged ||= this.#count >= this.#seen.length || this.#seen[this.#count] !== what;
    this.#seen[this.#count] = what;
    this.#count += 1;
  }

  /** Ends the look: whether anything was other than at the one before. */
  changed(): boolean {
    const isChanged = this.#isChanged || this.#seen.length !== this.#count;
    this.#seen.length = this.#count;
    this.#count = 0;
    this.#isChanged = false;
    return isChanged;
  }
}
