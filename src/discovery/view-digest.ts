// A digest of all that a node knows, kept up to date at a cost that does not grow with it: the combined hashes of its entries.

/** FNV-1a by Fowler, Noll and Vo, twice with different beginnings: 64 bits in all. */
const PRIME = 0x01000193;
const BASES = [0x811c9dc5, 0x9747b28c] as const;

export class ViewDigest {
  readonly #entries = new Map<string, readonly [number, number]>();
  #high = 0;
  #low = 0;

  /** What is known of `key` now; undefined where it is known no more. */
  set(key: string, content: string | undefined): void {
    this.#combine(this.#entries.get(key));
    this.#entries.delete(key);
    if (content === undefined) return;
    const text = `${key} ${content}`;
    const hashes = [hash(text, BASES[0]), hash(text, BASES[1])] as const;
    this.#entries.set(key, hashes);
    this.#combine(hashes);
  }

  get value(): string {
    return hex(this.#high) + hex(this.#low);
  }

  #combine(hashes: readonly [number, number] | undefined): void {
    if (hashes === undefined) return;
    this.#high ^= hashes[0];
    this.#low ^= hashes[1];
  }
}

function hash(text: string, basis: number): number {
  let mixed = basis;
  for (let index = 0; index < text.length; index += 1) mixed = Math.imul(mixed ^ text.charCodeAt(index), PRIME);
  return mixed ^ (mixed >>> 15);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
