// How long an attempt is waited for before the call goes elsewhere.
import type { Choice } from "./choice.js";
import { TERM, TERMS } from "./choice-terms.js";
import type { PendingCall } from "./pending-call.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const { latencyMs: LATENCY, pending: PENDING } = TERM;
const ROW = TERMS;

/** An attempt that takes so many times as long as was to be expected is given up for another, where there is one. */
const PATIENCE = 4;
/** Below this, a pause of the event loop is likelier than a stall. */
const LEAST_PATIENCE_MS = 20;
/** With hedging, a second attempt goes out after so many times the expected wait. */
const HEDGE_AFTER = 2;
const LEAST_HEDGE_MS = 2;

/** When to look for another instance, on `Clock.nowMs`; the deadline where there is no other or no way back. */
export function patienceMs(call: PendingCall, choice: Choice): number {
  if (call.route.effects) return call.deadlineMs;
  const expected = expectedMs(choice);
  if (expected === undefined) return call.deadlineMs;
  return Math.min(call.deadlineMs, choice.nowMs + Math.max(LEAST_PATIENCE_MS, PATIENCE * expected));
}

/** When a second attempt goes out beside the first; undefined for never. */
export function hedgeAtMs(call: PendingCall, choice: Choice): number | undefined {
  const expected = call.route.effects ? undefined : expectedMs(choice);
  return expected === undefined ? undefined : choice.nowMs + Math.max(LEAST_HEDGE_MS, HEDGE_AFTER * expected);
}

/** By what was measured of the winner: its latency once for every call before this one. Undefined where nobody else could be asked. */
function expectedMs({ considered, from, terms, winner }: Choice): number | undefined {
  if (considered < 2 || from === "coming") return undefined;
  const latencyMs = terms[winner * ROW + LATENCY]!;
  return latencyMs < 0 ? undefined : latencyMs * (terms[winner * ROW + PENDING]! + 1);
}
