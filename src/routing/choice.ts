// One choice as it was made: rows of terms, the candidates they belong to, and who was left out and why.
import type { Exclusion, KeptFor } from "../contracts/route-record.js";
import type { Candidate } from "./candidate.js";
import { FULL_SCAN_LIMIT, TERM, TERMS } from "./choice-terms.js";

/** The call that a choice is made for. */
export interface ChosenFor {
  readonly attempts: number;
  readonly isOver: boolean;
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
  /** NaN where nothing was drawn. */
  draw = Number.NaN;
  tieDraw = Number.NaN;
  terms = new Float64Array(FIRST_ROWS * TERMS);
  readonly candidates: Candidate[] = [];
  /** Position of each row among those that were considered. */
  readonly positions: number[] = [];
  readonly excluded: { readonly candidate: Candidate; readonly reason: Exclusion }[] = [];

  begin(serial: number, call: ChosenFor, nowMs: number): void {
    this.serial = serial;
    this.call = call;
    this.nowMs = nowMs;
    this.attempt = call.attempts + 1;
    this.keepFor = undefined;
    this.isPanic = false;
    this.count = 0;
    this.trial = -1;
    this.draw = Number.NaN;
    this.tieDraw = Number.NaN;
    if (this.excluded.length > 0) this.excluded.length = 0;
  }

  reserve(rows: number): void {
    if (rows * TERMS > this.terms.length) this.terms = new Float64Array(FULL_SCAN_LIMIT * TERMS);
  }

  /** Writes what the choice weighs of a candidate into the next row. */
  addRow(candidate: Candidate, position: number, preference: number): void {
    const { terms, count, nowMs } = this;
    const base = count * TERMS;
    terms[base + TERM.pending] = candidate.load.pending;
    terms[base + TERM.latencyMs] = candidate.peakEwmaMs;
    terms[base + TERM.stallMs] = candidate.open === 0 ? 0 : nowMs - candidate.silentSinceMs;
    terms[base + TERM.successRate] = candidate.window.rate(nowMs);
    terms[base + TERM.preference] = preference;
    terms[base + TERM.missingCapabilities] = 0;
    terms[base + TERM.calls] = candidate.calls;
    terms[base + TERM.turn] = candidate.turn;
    this.candidates[count] = candidate;
    this.positions[count] = position;
    this.count = count + 1;
  }

  get taken(): Candidate {
    return this.candidates[this.winner] as Candidate;
  }
}
