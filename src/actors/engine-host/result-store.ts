// Results that an instance keeps for its consumers, by content key: the least recently used go first. Losing one costs time,
// never correctness: it is made again from its recipe.
import { approximateBytes } from "../../kernel/approximate-bytes.js";

export interface KeptResult {
  readonly value: unknown;
  /** The run that it was made for. */
  readonly runId: string;
  readonly pinned: Readonly<Record<string, unknown>> | undefined;
}

const MAX_RESULTS = 256;
const MAX_BYTES = 64 * 1024 * 1024;

export class ResultStore {
  readonly #kept = new Map<string, { readonly result: KeptResult; readonly bytes: number }>();
  #bytes = 0;
  evicted = 0;

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): KeptResult | undefined {
    const entry = this.#kept.get(key);
    if (entry === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    return entry.result;
  }

  put(key: string, result: KeptResult): void {
    this.#drop(key);
    const bytes = approximateBytes(result.value);
    this.#kept.set(key, { result, bytes });
    this.#bytes += bytes;
    // The newest always stays: it is about to be fetched.
    while (this.#kept.size > MAX_RESULTS || (this.#bytes > MAX_BYTES && this.#kept.size > 1)) {
      const oldest = this.#kept.keys().next().value as string;
      this.#drop(oldest);
      this.evicted += 1;
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    const entry = this.#kept.get(key);
    if (entry === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= entry.bytes;
  }
}
