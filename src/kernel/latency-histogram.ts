// Latencies in logarithmic buckets, eight to the octave: constant memory, at most 12.5 % error, one increment to record.

const SUB_BITS = 3;
const SUB_BUCKETS = 1 << SUB_BITS;
const BUCKETS = 32 * SUB_BUCKETS;

export interface LatencySummary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #sumMs = 0;

  get count(): number {
    return this.#total;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  record(ms: number): void {
    // A 30-bit count of microseconds reaches 17 minutes.
    const micros = ms < 1_000_000 ? (ms * 1000) | 0 : 1_000_000_000;
    const index = micros < SUB_BUCKETS ? (micros > 0 ? micros : 0) : bucketOf(micros);
    this.#counts[index]! += 1;
    this.#total += 1;
    this.#sumMs += ms;
  }

  /** Milliseconds below which the share `q` of the values lies; undefined without values. */
  quantile(q: number): number | undefined {
    if (this.#total <= 0) return undefined;
    const target = q * this.#total;
    let seen = 0;
    for (let index = 0; index < BUCKETS; index += 1) {
      seen += this.#counts[index]!;
      if (seen >= target && seen > 0) return upperMicros(index) / 1000;
    }
    return upperMicros(BUCKETS - 1) / 1000;
  }

  summary(): LatencySummary | null {
    if (this.#total <= 0) return null;
    const at = (q: number): number => this.quantile(q) ?? 0;
    return { mean: this.#sumMs / this.#total, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  /** Halves the weight of everything recorded so far: called at an even pace it forgets exponentially. */
  halve(): void {
    for (let index = 0; index < BUCKETS; index += 1) this.#counts[index]! /= 2;
    this.#total /= 2;
    this.#sumMs /= 2;
  }
}

function bucketOf(micros: number): number {
  const exponent = 31 - Math.clz32(micros);
  const sub = (micros >>> (exponent - SUB_BITS)) & (SUB_BUCKETS - 1);
  return (exponent - SUB_BITS + 1) * SUB_BUCKETS + sub;
}

function upperMicros(index: number): number {
  if (index < SUB_BUCKETS) return index + 1;
  const exponent = Math.floor(index / SUB_BUCKETS) + SUB_BITS - 1;
  const sub = index % SUB_BUCKETS;
  return (SUB_BUCKETS + sub + 1) * 2 ** (exponent - SUB_BITS);
}
