// Which batches of each view have come: once each, and those that never came though later ones did.

/** Views that are remembered; the one heard of the longest ago is forgotten beyond. */
const MAX_VIEWS = 4096;
/** Gaps of one view that are remembered; what is older never comes. */
const MAX_GAPS = 1024;

interface Seen {
  last: number;
  /** When it was heard of last, counted over all. */
  heard: number;
  /** Below it: they may still come, where the server took a later one and not them. */
  readonly gaps: Set<number>;
}

export type Arrival =
  { readonly isNew: false } | { readonly isNew: true; readonly missing: number; readonly after: number };

const REPEATED: Arrival = { isNew: false };

export class SeenSequences {
  readonly #views = new Map<string, Seen>();
  #heard = 0;

  lastOf(view: string): number | undefined {
    return this.#views.get(view)?.last;
  }

  has(view: string, sequence: number): boolean {
    const seen = this.#views.get(view);
    return seen !== undefined && sequence <= seen.last && !seen.gaps.has(sequence);
  }

  /** @param isLate what came between it and the last one may be done with: then nothing is missing */
  note(view: string, sequence: number, isLate = false): Arrival {
    const seen = this.#views.get(view);
    if (seen === undefined) {
      this.#remember(view, { last: sequence, heard: 0, gaps: new Set() });
      return { isNew: true, missing: 0, after: sequence - 1 };
    }
    const { last, gaps } = seen;
    if (sequence <= last) return gaps.delete(sequence) ? { isNew: true, missing: -1, after: last } : REPEATED;
    const missing = isLate ? 0 : sequence - last - 1;
    for (let gap = Math.max(sequence - missing, sequence - MAX_GAPS); gap < sequence; gap += 1) gaps.add(gap);
    for (const gap of gaps) {
      if (gaps.size <= MAX_GAPS) break;
      gaps.delete(gap);
    }
    seen.last = sequence;
    this.#heard += 1;
    seen.heard = this.#heard;
    return { isNew: true, missing, after: last };
  }

  #remember(view: string, seen: Seen): void {
    if (this.#views.size >= MAX_VIEWS) this.#forgetOldest();
    this.#heard += 1;
    this.#views.set(view, { ...seen, heard: this.#heard });
  }

  #forgetOldest(): void {
    let [oldest, heard]: [string | undefined, number] = [undefined, Infinity];
    for (const [view, seen] of this.#views) if (seen.heard < heard) [oldest, heard] = [view, seen.heard];
    if (oldest !== undefined) this.#views.delete(oldest);
  }
}
