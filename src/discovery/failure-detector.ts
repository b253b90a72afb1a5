// Is a silent node dead? Phi-accrual over its heartbeats, bounded by intervals, and blind to this node's own stalls.
// (Hayashibara, Défago, Yared and Katayama 2004, "The φ accrual failure detector".)

const WINDOW = 32;
const SUSPECT_PHI = 2;
/** Heartbeats that come a tenth of an interval early or late are never doubted, however regular they were before. */
const EARLIEST_DOUBT = 1.25;
const DEAD_PHI = 8;
/** Never dead before two heartbeats are overdue, so that one lost message kills nobody … */
const EARLIEST_DEATH = 2.5;
/** … and always dead before the third is, by as much as may pass until somebody looks and the others have heard of it. */
const LATEST_DEATH = 2.75;
/** Arrivals are never taken to be more regular than this share of the interval. */
const LEAST_DEVIATION = 0.1;
/** A heartbeat that follows another within this share of the interval refutes a doubt: it says nothing of the pace. */
const OUT_OF_PACE = 0.5;

export type Verdict = "alive" | "suspect" | "dead";

export class ArrivalHistory {
  readonly #intervals: number[] = [];
  #lastMs: number;
  #lastBeatMs: number | undefined;
  #intervalMs: number;

  constructor(nowMs: number, intervalMs: number) {
    this.#lastMs = nowMs;
    this.#intervalMs = intervalMs;
  }

  /** Any message of the node is a sign of life; `intervalMs` is the pace that it announces. */
  heard(nowMs: number, intervalMs: number): void {
    this.#lastMs = nowMs;
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#intervals.length = 0;
    this.#lastBeatMs = undefined;
  }

  /** Its heartbeat arrived. */
  beat(nowMs: number, intervalMs: number): void {
    this.heard(nowMs, intervalMs);
    if (this.#lastBeatMs !== undefined) {
      const sinceMs = nowMs - this.#lastBeatMs;
      if (sinceMs < OUT_OF_PACE * intervalMs) return;
      this.#intervals.push(Math.min(sinceMs, 2 * intervalMs));
    }
    if (this.#intervals.length > WINDOW) this.#intervals.shift();
    this.#lastBeatMs = nowMs;
  }

  /** A word of it is due now: it was asked for one. */
  expect(nowMs: number): void {
    this.#lastMs = nowMs - EARLIEST_DOUBT * this.#intervalMs;
  }

  /** Time during which this node could not have heard anything, up to now: it does not count as silence. */
  forgive(ms: number, nowMs: number): void {
    this.#lastMs = Math.min(nowMs, this.#lastMs + ms);
  }

  verdict(nowMs: number): Verdict {
    const elapsedMs = nowMs - this.#lastMs;
    const phi = this.phi(elapsedMs);
    const overdue = elapsedMs / this.#intervalMs;
    if (overdue >= LATEST_DEATH || (overdue >= EARLIEST_DEATH && phi >= DEAD_PHI)) return "dead";
    return overdue >= EARLIEST_DOUBT && phi >= SUSPECT_PHI ? "suspect" : "alive";
  }

  /** −log10 of the chance that a living node is silent for so long; normal tail by Bowling et al. (2009) equation 10. */
  phi(elapsedMs: number): number {
    const mean = this.#mean();
    const deviation = Math.max(this.#deviation(mean), LEAST_DEVIATION * this.#intervalMs);
    const y = (elapsedMs - mean) / deviation;
    const e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
    return elapsedMs > mean ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
  }

  #mean(): number {
    const { length } = this.#intervals;
    return length === 0 ? this.#intervalMs : this.#intervals.reduce((sum, each) => sum + each, 0) / length;
  }

  #deviation(mean: number): number {
    const { length } = this.#intervals;
    if (length < 2) return 0;
    return Math.sqrt(this.#intervals.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (length - 1));
  }
}
