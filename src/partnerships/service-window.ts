// Did a window of calls keep the agreed service level? Judged against what chance alone would do to a provider that keeps it.
import type { ServiceLevel, ServiceWindow } from "../contracts/partnership.js";

/** What was measured of one pair since the beginning; only grows. */
export interface ServiceCounts {
  readonly calls: number;
  readonly failures: number;
  /** Answered, but later than agreed. */
  readonly late: number;
  /** Calls that took a time that is known, and of those together. */
  readonly timed: number;
  readonly sumMs: number;
}

/** Fewer calls say nothing yet: they count with the next window. */
const LEAST_CALLS = 5;
/** Standard normal quantile of 95 %. */
const Z = 1.645;

/** Undefined where there were too few calls to judge, or the counters began anew. */
export function serviceBetween(
  before: ServiceCounts,
  after: ServiceCounts,
  terms: ServiceLevel,
): Omit<ServiceWindow, "at"> | undefined {
  const calls = after.calls - before.calls;
  const failures = after.failures - before.failures;
  const late = after.late - before.late;
  if (calls < LEAST_CALLS || failures < 0 || late < 0) return undefined;
  const met = Math.max(0, calls - failures - late);
  const timed = after.timed - before.timed;
  const meanMs = timed > 0 ? (after.sumMs - before.sumMs) / timed : null;
  const allowed = allowedMisses(calls, terms.reliabilityPct / 100);
  return { calls, met, failures, late, allowed, meanMs, verdict: calls - met > allowed ? "bad" : "good" };
}

/** One-sided test of a binomial share, normal approximation with continuity correction: 5 % of keepers are taken for breakers. */
function allowedMisses(calls: number, reliability: number): number {
  const expected = calls * (1 - reliability);
  return expected + Z * Math.sqrt(expected * reliability) + 0.5;
}
