// One choice as it was made: rows of terms, the candidates they belong to, and who was left out and why.
import type { Exclusion, KeptFor } from "../contracts/route-record.js";
import type { Candidate } from "./candidate.js";
import { FULL_SCAN_LIMIT, TERM, TERMS } from "./choice-terms.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const {
  pending: PENDING,
  latencyMs: LATENCY,
  stallMs: STALL,
  successRate: SUCCESS_RATE,
  calls: CALLS,
  turn: TURN,
} = TERM;
const ROW = TERMS;

/** The call that a choice is made for. */
export interface ChosenFor {
  readonly attempts: number;
  readonly operationId: string;
  readonly route: { readonly gives: string };
  readonly consumer: string;
  readonly correlationId: string;
}

/** Room for the usual number of candidates. */
const FIRST_ROWS = 6;

export class Choice {
  serial = 0;
  nowMs = 0;
  call: ChosenFor | undefined = undefined;
  attempt = 1;
  keepFor: KeptFor | undefined = undefined;
  from: "running" | "coming" = "running";
  isPanic = false;
  /** Nothing speaks against any candidate. */
  isClear = true;
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
  /** Preferences stand at 1 and missing capabilities at 0 unless something else was written. */
  terms = neutralRows(FIRST_ROWS);
  /** Those that were considered. */
  pool: readonly Candidate[] = [];
  /** Positions of the rows in the pool where two were drawn; absent: every row is its own. */
  drawn: readonly [number, number] | undefined = undefined;
  readonly excluded: { readonly candidate: Candidate; readonly reason: Exclusion }[] = [];
  #isNeutral = true;

  begin(serial: number, call: ChosenFor, nowMs: number): void {
    this.serial = serial;
    this.call = call;
    this.nowMs = nowMs;
    this.attempt = call.attempts + 1;
    this.count = 0;
  }

  /** Nobody looks at it any more. */
  end(): void {
    this.call = undefined;
    if (!this.#isNeutral) this.#neutralise();
    if (this.isClear && this.keepFor === undefined && this.excluded.length === 0 && this.drawn === undefined) return;
    this.drawn = undefined;
    this.keepFor = undefined;
    this.isPanic = false;
    this.trial = -1;
    this.draw = Number.NaN;
    this.tieDraw = Number.NaN;
    this.excluded.length = 0;
  }

  /** A row for every candidate of the pool, of which there are at most `FULL_SCAN_LIMIT`. */
  weighAll(pool: readonly Candidate[]): void {
    const count = pool.length;
    this.pool = pool;
    this.considered = count;
    this.count = count;
    if (count * TERMS > this.terms.length) this.terms = neutralRows(FULL_SCAN_LIMIT);
    const { terms, nowMs } = this;
    for (let row = 0, base = 0; row < count; row += 1, base += ROW)
      writeRow(terms, base, pool[row] as Candidate, nowMs);
  }

  /**
   * A row for every candidate of the pool as long as nothing speaks against any of them: the best row then, of equals the
   * one that was called least. `isClear` tells whether that was so.
   */
  weighClear(pool: readonly Candidate[], score: (terms: Float64Array, base: number) => number): number {
    const count = pool.length;
    this.pool = pool;
    this.considered = count;
    this.count = count;
    this.isClear = true;
    if (count * TERMS > this.terms.length) this.terms = neutralRows(FULL_SCAN_LIMIT);
    const { terms, nowMs } = this;
    let best = 0;
    let bestScore = Infinity;
    for (let row = 0, base = 0; row < count; row += 1, base += ROW) {
      const candidate = pool[row] as Candidate;
      if (!candidate.gate.isClosed || candidate.isSuspect) {
        this.isClear = false;
        return 0;
      }
      writeRow(terms, base, candidate, nowMs);
      const its = score(terms, base);
      if (its < bestScore || (its === bestScore && terms[base + CALLS]! < terms[best * ROW + CALLS]!)) {
        best = row;
        bestScore = its;
      }
    }
    return best;
  }

  /** Rows for two of very many. */
  weighTwo(pool: readonly Candidate[], drawn: readonly [number, number]): void {
    this.pool = pool;
    this.considered = pool.length;
    this.count = 2;
    this.drawn = drawn;
    for (const row of [0, 1] as const) writeRow(this.terms, row * TERMS, pool[drawn[row]] as Candidate, this.nowMs);
  }

  /** Where it is not neutral. */
  setTerm(row: number, term: "preference" | "missingCapabilities", value: number): void {
    this.#isNeutral = false;
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
    return this.drawn === undefined ? (this.pool[this.winner] as Candidate) : this.candidate(this.winner);
  }

  #neutralise(): void {
    this.#isNeutral = true;
    this.terms = neutralRows(this.terms.length / TERMS);
  }
}

function neutralRows(rows: number): Float64Array {
  const terms = new Float64Array(rows * TERMS);
  for (let row = 0; row < rows; row += 1) terms[row * TERMS + TERM.preference] = 1;
  return terms;
}

// eslint-disable-next-line @typescript-eslint/max-params -- it runs for every candidate of every call
function writeRow(terms: Float64Array, base: number, candidate: Candidate, nowMs: number): void {
  const { load, window, peakEwmaMs, open, silentSinceMs, calls, turn } = candidate;
  terms[base + PENDING] = load.pending;
  terms[base + LATENCY] = peakEwmaMs;
  terms[base + STALL] = open === 0 ? 0 : nowMs - silentSinceMs;
  terms[base + SUCCESS_RATE] = window.rate(nowMs);
  terms[base + CALLS] = calls;
  terms[base + TURN] = turn;
}
