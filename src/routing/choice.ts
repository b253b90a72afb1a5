// One choice as it was made: rows of terms, the candidates they belong to, and who was left out and why.
import type { Exclusion, KeptFor } from "../contracts/route-record.js";
import type { Candidate } from "./candidate.js";
import { TERM, TERMS } from "./choice-terms.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const {
  pending: PENDING,
  latencyMs: LATENCY,
  stallMs: STALL,
  successRate: SUCCESS_RATE,
  calls: CALLS,
  turn: TURN,
  others: OTHERS,
} = TERM;

/** The call that a choice is made for. */
export interface ChosenFor {
  readonly operationId: string;
  readonly route: { readonly gives: string };
  readonly consumer: string;
  readonly correlationId: string;
}

export class Choice {
  serial = 0;
  nowMs = 0;
  call: ChosenFor | undefined = undefined;
  attempt = 1;
  keepFor: KeptFor | undefined = undefined;
  from: "running" | "coming" = "running";
  isPanic = false;
  /** Candidates left after the exclusions; more than `count` where two were drawn. */
  considered = 0;
  /** Rows. */
  count = 0;
  winner = 0;
  /** Row of the candidate that gets a trial call; −1 where there is none. */
  trial = -1;
  /** Which half-open period of its breaker the trial belongs to. */
  trialPeriod = 0;
  /** NaN where nothing was drawn. */
  draw = Number.NaN;
  tieDraw = Number.NaN;
  terms: Float64Array = NO_ROWS;
  /** Where in there its first row begins. */
  base = 0;
  /** Those that were considered. */
  pool: readonly Candidate[] = [];
  /** Positions of the rows in the pool where two were drawn; absent: every row is its own. */
  drawn: readonly [number, number] | undefined = undefined;
  readonly excluded: { readonly candidate: Candidate; readonly reason: Exclusion }[] = [];

  /** A row for every candidate of the pool, of which there are at most `FULL_SCAN_LIMIT`. */
  weighAll(pool: readonly Candidate[]): void {
    this.#consider(pool, neutralRows(pool.length), pool.length);
    for (let row = 0; row < pool.length; row += 1) {
      writeRow(this.terms, row * TERMS, pool[row] as Candidate, this.nowMs);
    }
  }

  /** Rows for two of very many. */
  weighTwo(pool: readonly Candidate[], drawn: readonly [number, number]): void {
    this.#consider(pool, neutralRows(drawn.length), drawn.length);
    this.drawn = drawn;
    for (const row of [0, 1] as const) writeRow(this.terms, row * TERMS, pool[drawn[row]] as Candidate, this.nowMs);
  }

  /** With rows that were written before, from `base` on. */
  recall(pool: readonly Candidate[], terms: Float64Array, base: number): void {
    this.#consider(pool, terms, pool.length);
    this.base = base;
  }

  setTerm(row: number, term: "preference" | "missingCapabilities", value: number): void {
    this.terms[row * TERMS + TERM[term]] = value;
  }

  candidate(row: number): Candidate {
    return this.pool[this.position(row)] as Candidate;
  }

  position(row: number): number {
    return this.drawn === undefined ? row : (this.drawn[row] ?? row);
  }

  /** The winner has a permit of its half-open breaker. */
  get isTrial(): boolean {
    return this.trial >= 0 && this.trial === this.winner;
  }

  get taken(): Candidate {
    return this.candidate(this.winner);
  }

  #consider(pool: readonly Candidate[], terms: Float64Array, count: number): void {
    this.pool = pool;
    this.considered = pool.length;
    this.terms = terms;
    this.count = count;
  }
}

const NO_ROWS = new Float64Array(0);

/** Preferences at 1 and missing capabilities at 0: what stands there unless something else is written. */
export function neutralRows(rows: number): Float64Array<ArrayBuffer> {
  const terms = new Float64Array(rows * TERMS);
  for (let row = 0; row < rows; row += 1) terms[row * TERMS + TERM.preference] = 1;
  return terms;
}

// eslint-disable-next-line @typescript-eslint/max-params -- it runs for every candidate of every call
export function writeRow(terms: Float64Array, base: number, candidate: Candidate, nowMs: number): void {
  const { load, window, peakEwmaMs, open, silentSinceMs, calls, turn } = candidate;
  terms[base + PENDING] = load.pending;
  terms[base + LATENCY] = peakEwmaMs;
  terms[base + STALL] = open === 0 ? 0 : nowMs - silentSinceMs;
  terms[base + SUCCESS_RATE] = window.rate(nowMs);
  terms[base + CALLS] = calls;
  terms[base + TURN] = turn;
  terms[base + OTHERS] = load.othersAt(nowMs, peakEwmaMs);
}
