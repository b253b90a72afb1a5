// What was found wrong or suspicious in the data taken in: all of it counted, the newest of it kept.
import { BoundedQueue } from "../../kernel/bounded-queue.js";

/**
 * - refused bars: `order` (its date is not after the last), `duplicate`, `not_a_number`, `not_positive`, `inconsistent`
 * - `gap`: a series has no bar on a date of the common calendar
 * - `split`: a bar, kept as it is, that opens as an unadjusted split would
 */
const FINDING_KINDS = ["order", "duplicate", "not_a_number", "not_positive", "inconsistent", "gap", "split"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly symbol: string;
  readonly date: string;
  readonly detail: string;
}

export interface QualityReport {
  readonly frames: number;
  readonly barsTaken: number;
  readonly barsRefused: number;
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** The newest last; at most 256 are kept. */
  readonly findings: readonly Finding[];
}

const FINDINGS_KEPT = 256;

export class DataQuality {
  frames = 0;
  barsTaken = 0;
  barsRefused = 0;
  #total = 0;
  readonly #counts = Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  readonly #findings = new BoundedQueue<Finding>(FINDINGS_KEPT);
  #last: Finding | undefined;

  /** Findings so far, kept or not. */
  get total(): number {
    return this.#total;
  }

  get last(): Finding | undefined {
    return this.#last;
  }

  add(finding: Finding): void {
    this.#total += 1;
    this.#counts[finding.kind] += 1;
    if (this.#findings.isFull) this.#findings.shift();
    this.#findings.push(finding);
    this.#last = finding;
  }

  report(): QualityReport {
    const { frames, barsTaken, barsRefused } = this;
    const findings = this.#findings.drain();
    for (const finding of findings) this.#findings.push(finding);
    return { frames, barsTaken, barsRefused, counts: { ...this.#counts }, findings };
  }
}
