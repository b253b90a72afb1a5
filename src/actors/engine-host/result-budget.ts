// The memory that all instances of a node may fill with kept results, together: the least recently used goes first, whoever
// keeps it.

export interface KeptEntry {
  readonly bytes: number;
  /** Told when it has to go; it is no longer counted. */
  readonly drop: () => void;
}

const RESULT_BYTES = 128 * 1024 * 1024;

export class ResultBudget {
  /** The least recently used first. */
  readonly #entries = new Set<KeptEntry>();
  readonly #limit: number;
  #bytes = 0;
  /** Results that had to go. */
  evicted = 0;

  constructor(limit = RESULT_BYTES) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The newest always stays: it is about to be fetched. */
  add(entry: KeptEntry): void {
    this.#entries.add(entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries) {
      if (this.#bytes <= this.#limit || oldest === entry) return;
      this.remove(oldest);
      this.evicted += 1;
      oldest.drop();
    }
  }

  touch(entry: KeptEntry): void {
    if (this.#entries.delete(entry)) this.#entries.add(entry);
  }

  remove(entry: KeptEntry): void {
    if (this.#entries.delete(entry)) this.#bytes -= entry.bytes;
  }
}
