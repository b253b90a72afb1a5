// At the end of a window every agreement of this node's consumers is held against what was measured of it.
import type { Agreement } from "../../contracts/partnership.js";
import { rankOf } from "../../partnerships/agreement.js";
import { mayPromote } from "../../partnerships/relationship.js";
import { serviceBetween, type ServiceCounts } from "../../partnerships/service-window.js";
import { laterTrust } from "../../partnerships/trust.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import { move } from "./consumer-side.js";

export interface JudgementOptions {
  readonly book: AgreementBook;
  /** The end of the window, RFC 3339, and on `Clock.nowMs`. */
  readonly at: string;
  readonly nowMs: number;
  readonly countsOf: (agreement: Agreement) => ServiceCounts;
}

/** A pair whose agreement ended for bad service is left alone for that long. */
const QUIET_AFTER_FAILURE_MS = 60_000;

export function judgeService(options: JudgementOptions): void {
  for (const entry of [...options.book.all()]) {
    if (entry.side === "consumer") judge(entry, options);
    // What the consumer last told of its trust fades here as it does there.
    else entry.history.trust = laterTrust(entry.history.trust);
  }
}

function judge(entry: PairEntry, { book, at, nowMs, countsOf }: JudgementOptions): void {
  const { chart, history, agreement } = entry;
  const counts = chart === undefined ? undefined : countsOf(agreement);
  const service = counts && history.counted && serviceBetween(history.counted, counts, agreement.terms);
  if (service === undefined) {
    history.trust = laterTrust(history.trust);
    // The first window of an agreement counts from here; so do counters that began anew.
    if (counts !== undefined && counts.calls < (history.counted?.calls ?? Infinity)) history.counted = counts;
    return;
  }
  history.counted = counts;
  history.addWindow({ at, ...service });
  history.trust = laterTrust(history.trust, { met: service.met, missed: service.calls - service.met });
  move(entry, {
    type: "MEASURED",
    verdict: service.verdict,
    promotable: mayPromote(agreement.relationship, history.trust, hasOtherPrimary(entry, book)),
    loosest: rankOf(agreement.relationship) === 0,
  });
  if (entry.chart === undefined) history.quietUntilMs = nowMs + QUIET_AFTER_FAILURE_MS;
}

function hasOtherPrimary({ pair, consumer, agreement }: PairEntry, book: AgreementBook): boolean {
  return book
    .open(consumer, "consumer")
    .some(
      (other) =>
        other.pair !== pair &&
        other.agreement.relationship === "primary" &&
        other.agreement.products.some((product) => agreement.products.includes(product)),
    );
}
