// Latencies in logarithmic buckets, eight to the octave: constant memory, one increment to record. A quantile is at most
// 12.5 % or a microsecond too high.

const SUB_BITS = 3;
const SUB_BUCKETS = 1 << SUB_BITS;
const BUCKETS = 32 * SUB_BUCKETS;
/** 17 minutes: its microseconds fit 30 bits. */
const LONGEST_MS = 1_000_000;
/** Halved further, single counts would vanish before their total does. */
const LEAST_TOTAL = 2 ** -1000;
const SUMMARISED = [0.5, 0.95, 0.99];

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

  /** Anything longer counts as 1,000 seconds, anything that is no duration (negative, NaN) as none. */
  record(ms: number): void {
    const known = ms > 0 ? Math.min(ms, LONGEST_MS) : 0;
    const micros = (known * 1000) | 0;
    const index = micros < SUB_BUCKETS ? micros : bucketOf(micros);
    this.#counts[index]! += 1;
    this.#total += 1;
    this.#sumMs += known;
  }

  /** Milliseconds below which the share `q` of the values lies; undefined without values. */
  quantile(q: number): number | undefined {
    return this.#total <= 0 ? undefined : this.#quantiles([q])[0];
  }

  /** How many were longer; those in the bucket of `ms` itself, at most 12.5 % longer, are not counted. */
  countAbove(ms: number): number {
    const micros = Math.floor(Math.min(Math.max(ms, 0), LONGEST_MS) * 1000);
    let above = 0;
    for (let index = (micros < SUB_BUCKETS ? micros : bucketOf(micros)) + 1; index < BUCKETS; index += 1) {
      above += this.#counts[index]!;
    }
    return above;
  }

  summary(): LatencySummary | null {
    if (this.#total <= 0) return null;
    const [p50 = 0, p95 = 0, p99 = 0] = this.#quantiles(SUMMARISED);
    return { mean: this.#sumMs / this.#total, p50, p95, p99 };
  }

  /** In one pass; the shares ascend, and there are values. */
  #quantiles(shares: readonly number[]): number[] {
    let seen = 0;
    let last = 0;
    let index = 0;
    return shares.map((share) => {
      const target = share * this.#total;
      for (; index < BUCKETS && (seen === 0 || seen < target); index += 1) {
        const count = this.#counts[index]!;
        if (count > 0) last = index;
        seen += count;
      }
      return upperMicros(last) / 1000;
    });
  }

  /** Halves the weight of everything recorded so far: called at an even pace it forgets exponentially. */
  halve(): void {
    for (let index = 0; index < BUCKETS; index += 1) this.#counts[index]! /= 2;
    this.#total /= 2;
    this.#sumMs /= 2;
    if (this.#total >= LEAST_TOTAL) return;
    this.#counts.fill(0);
    this.#total = 0;
    this.#sumMs = 0;
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
