// Supervision rules: which failures fault an instance, and how long it stays down before it is started again.
import type { NautilusError } from "../../contracts/errors.js";

export interface RestartPolicy {
  /** At most this many restarts … */
  readonly maxRestarts: number;
  /** … within this many milliseconds; more of them wait until the window has room. */
  readonly windowMs: number;
  /** Delay before the first restart; doubled for each further one in the window. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Unexpected throws in a row after which an instance is faulted: its state is no longer trusted. */
  readonly throwsToFault: number;
}

export const DEFAULT_RESTART_POLICY: RestartPolicy = {
  maxRestarts: 5,
  windowMs: 30_000,
  backoffMs: 100,
  maxBackoffMs: 5_000,
  throwsToFault: 5,
};

/**
 * How long a faulted instance waits before its restart. It never gives up, and it never restarts more than `maxRestarts`
 * times within any `windowMs`.
 * @param restartedAtMs times of earlier restarts, ascending
 */
export function restartDelayMs(policy: RestartPolicy, restartedAtMs: readonly number[], nowMs: number): number {
  const recent = restartedAtMs.filter((at) => at > nowMs - policy.windowMs);
  const backoff = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** recent.length);
  const blocking = recent.at(-policy.maxRestarts);
  return blocking === undefined ? backoff : Math.max(backoff, blocking + policy.windowMs - nowMs);
}

export type Directive = "resume" | "restart";

/** An error that the engine chose to answer with is an answer; only a run of unexpected throws faults it. */
export function decide(policy: RestartPolicy, error: NautilusError, throwsInARow: number): Directive {
  return error.code === "INTERNAL" && throwsInARow >= policy.throwsToFault ? "restart" : "resume";
}
