// How long an attempt is waited for before the call goes elsewhere.
import type { Candidate } from "./candidate.js";
import type { PendingCall } from "./pending-call.js";

/** An attempt that takes so many times as long as was to be expected is given up for another, where there is one. */
const PATIENCE = 4;
/** Below this, a pause of the event loop is likelier than a stall. */
const LEAST_PATIENCE_MS = 20;
/** Nor is anything given up before this share of the time that is left: what is not urgent may be a larger piece of work. */
const LEAST_SHARE_OF_TIME = 0.1;
/** With hedging, a second attempt goes out after so many times the expected wait. */
const HEDGE_AFTER = 2;
const LEAST_HEDGE_MS = 2;

/**
 * When to look for another instance than this one, to which the call is just about to be sent; on `Clock.nowMs`. Expected is
 * its measured latency once for every call before this one and once for it; without measurements, the deadline.
 */
export function patienceMs({ deadlineMs }: PendingCall, { peakEwmaMs, load }: Candidate, nowMs: number): number {
  if (peakEwmaMs < 0) return deadlineMs;
  const leastMs = Math.max(LEAST_PATIENCE_MS, LEAST_SHARE_OF_TIME * (deadlineMs - nowMs));
  const dueMs = nowMs + Math.max(leastMs, PATIENCE * peakEwmaMs * (load.pending + 1));
  return dueMs < deadlineMs ? dueMs : deadlineMs;
}

/** When a second attempt goes out beside the first, which was just sent. */
export function hedgeAtMs({ peakEwmaMs, load }: Candidate, nowMs: number): number {
  return nowMs + Math.max(LEAST_HEDGE_MS, HEDGE_AFTER * peakEwmaMs * load.pending);
}
