// A batch that came in, until its publisher, or the server, was told all there is to tell of it.
import { Numbered } from "../../kernel/numbered.js";
import type { BatchName } from "./wire.js";

/** One batch whose messages have not all been taken, or have not all taken effect. */
export interface OpenEntry {
  /** Undefined where it was pushed, unless it was read as well. */
  id: string | undefined;
  readonly name: BatchName;
  /** Messages that are neither taken nor refused. */
  untaken: number;
  /** Readings of its messages that have not ended. */
  unfinished: number;
  /** Places that the publisher is still to be told of. */
  taken: number[];
  refused: number[];
  /** Any: then all of them are never said to be taken. */
  hasRefused: boolean;
  readonly wasHeard: boolean;
  /** The stream may not have it: then it is its publisher who is told that it took effect. */
  readonly isUnlogged: boolean;
  /** Its publisher is to be told something of it. */
  isUntold: boolean;
}

/** All of it took effect, and the stream may not have it. */
export function isDoneUnlogged({ isUnlogged, id, unfinished }: OpenEntry): boolean {
  return isUnlogged && id === undefined && unfinished === 0;
}

/** Views that are kept; those of which nothing is open are forgotten beyond. */
const MAX_VIEWS = 1024;

/** Entries by the names of their batches. */
export class OpenEntries {
  readonly #views = new Map<string, Numbered<OpenEntry>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ from, sequence }: BatchName): OpenEntry | undefined {
    return this.#views.get(from)?.get(sequence);
  }

  add(entry: OpenEntry): void {
    const { from, sequence } = entry.name;
    let entries = this.#views.get(from);
    if (entries === undefined) {
      if (this.#views.size >= MAX_VIEWS) this.#forgetEmpty();
      this.#views.set(from, (entries = new Numbered()));
    }
    if (entries.get(sequence) === undefined) this.#size += 1;
    entries.set(sequence, entry);
  }

  delete({ from, sequence }: BatchName): void {
    if (this.#views.get(from)?.delete(sequence) !== undefined) this.#size -= 1;
  }

  #forgetEmpty(): void {
    for (const [view, { size }] of this.#views) if (size === 0) this.#views.delete(view);
  }
}
