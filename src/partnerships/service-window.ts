// Did a window of calls keep the agreed service level? Judged against what chance alone would do to a provider that keeps it.
import type { ServiceLevel, ServiceWindow } from "../contracts/partnership.js";

/** What was measured of one pair since the beginning; only grows. */
export interface ServiceCounts {
  readonly calls: number;
  readonly failures: number;
  /** Answered, but later than agreed. */
  readonly late: number;
  /** Of all calls together. */
  readonly sumMs: number;
}

export const NO_SERVICE: ServiceCounts = { calls: 0, failures: 0, late: 0, sumMs: 0 };

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
  const verdict = missesTooMany(calls, calls - met, terms.reliabilityPct / 100) ? "bad" : "good";
  return { calls, met, failures, late, meanMs: (after.sumMs - before.sumMs) / calls, verdict };
}

/** One-sided test of a binomial share, normal approximation with continuity correction: 5 % of keepers are taken for breakers. */
function missesTooMany(calls: number, missed: number, reliability: number): boolean {
  const expected = calls * (1 - reliability);
  return missed > expected + Z * Math.sqrt(expected * reliability) + 0.5;
}
