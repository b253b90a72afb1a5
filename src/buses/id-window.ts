// The last ids, and whether one is among them: two generations, the older one forgotten at once when the younger is full,
// because taking single ids out of a large set costs more than all the rest.

export class IdWindow {
  #young = new Set<string>();
  #old = new Set<string>();
  readonly #capacity: number;

  /** Remembers at least the last `capacity` ids, at most twice as many. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id);
  }

  add(id: string): void {
    if (this.#young.size === this.#capacity) [this.#young, this.#old] = [new Set(), this.#young];
    this.#young.add(id);
  }
}
