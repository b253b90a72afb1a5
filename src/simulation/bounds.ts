// How long what must happen may take: the bounds that invariants state.

/** Looking at the silence of others, and what a message takes on its way. */
const DETECTION_MARGIN_MS = 2000;
/** A timer of four milliseconds, an answer on its way. */
export const DEADLINE_SLACK_MS = 500;
/** A breaker opens for up to 30 s, and needs three trial calls then; an instance waits up to 30 s for its restart. */
const RECOVERY_MARGIN_MS = 65_000;

/** A dead node is known to be dead within three heartbeats. */
export function detectionMs(heartbeatMs: number): number {
  return 3 * heartbeatMs + DETECTION_MARGIN_MS;
}

/** After the last fault, until everything is as if there had been none. */
export function recoveryMs(heartbeatMs: number): number {
  return detectionMs(heartbeatMs) + RECOVERY_MARGIN_MS;
}

/** Digests are compared every heartbeat, and one lost exchange of them is made up for by the next. */
export function agreementMs(heartbeatMs: number): number {
  return 3 * heartbeatMs + DETECTION_MARGIN_MS;
}
