// From an instance's counters to its health.
import type { HealthLevel } from "../../contracts/identity.js";

export interface HealthCounters {
  /** Within the last ten seconds. */
  readonly succeeded: number;
  readonly failed: number;
  readonly queued: number;
  /** Greatest length of the queue. */
  readonly queue: number;
  /** Operations that go on though they were given up long ago. */
  readonly overdue: number;
  /** Operations that may run at once. */
  readonly concurrency: number;
}

/** Fewer calls than this say nothing. */
const MIN_CALLS = 5;
const CRITICAL_BELOW = 0.5;
const DEGRADED_BELOW = 0.95;
const QUEUE_DEGRADED_ABOVE = 0.8;

export interface HealthFindings {
  /** Nothing can run any more: only fresh state helps. */
  readonly stuck: boolean;
  readonly level: HealthLevel;
  readonly reasons: readonly string[];
}

export function assessHealth(counters: HealthCounters): HealthFindings {
  const { succeeded, failed, queued, queue, overdue, concurrency } = counters;
  const reasons: string[] = [];
  const calls = succeeded + failed;
  const rate = calls >= MIN_CALLS ? succeeded / calls : 1;
  if (rate < DEGRADED_BELOW) reasons.push(`${failed} of ${calls} operations failed in the last 10 s`);
  const crowded = queued > QUEUE_DEGRADED_ABOVE * queue;
  if (crowded) reasons.push(`its queue is over ${100 * QUEUE_DEGRADED_ABOVE} % full`);
  if (overdue > 0) reasons.push(`${overdue} operations go on though nobody waits for them any more`);
  const stuck = overdue >= concurrency;
  if (rate < CRITICAL_BELOW || stuck) return { level: "critical", reasons, stuck };
  return { level: reasons.length > 0 ? "degraded" : "healthy", reasons, stuck };
}
