// What plain choices were made from, for as long as their calls are under way: rows of terms in one flat array, so that any of
// them can be explained if its call should fail, at next to no cost for all those that do not.
import { neutralRows } from "./choice.js";
import { FULL_SCAN_LIMIT } from "./choice-terms.js";

/** Choices at once, at most; whoever finds no room keeps what it chose from itself. */
const MAX_SLOTS = 4096;
const FIRST_SLOTS = 64;

export class ChoiceSnapshots {
  /** Preferences stand at 1 and missing capabilities at 0 unless something else was written. Grows: not to be kept. */
  terms = new Float64Array(0);
  /** By the row that a choice begins with. */
  serials = new Float64Array(0);
  /** The one that was used last is used next: it is in the cache. */
  readonly #free: number[] = [];
  #slots = 0;

  /** The first row of a slot that is free; −1 where there is none. */
  take(): number {
    return this.#free.pop() ?? this.#grow();
  }

  release(row: number): void {
    this.#free.push(row);
  }

  #grow(): number {
    const first = this.#slots;
    if (first >= MAX_SLOTS) return -1;
    this.#slots = Math.max(FIRST_SLOTS, 2 * first);
    const [terms, serials] = [this.terms, this.serials];
    this.terms = neutralRows(this.#slots * FULL_SCAN_LIMIT);
    this.terms.set(terms);
    this.serials = new Float64Array(this.#slots * FULL_SCAN_LIMIT);
    this.serials.set(serials);
    for (let slot = this.#slots - 1; slot > first; slot -= 1) this.#free.push(slot * FULL_SCAN_LIMIT);
    return first * FULL_SCAN_LIMIT;
  }
}
