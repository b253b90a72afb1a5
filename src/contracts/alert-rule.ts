// What an alert rule is: it reads something that the node measures anyway, and judges it without looking elsewhere.
import type { AlertEvidence, AlertSeverity } from "./views/alerts.js";

/** A condition that holds now. */
export interface Finding {
  readonly subject: string;
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly evidence: AlertEvidence;
}

export interface RuleOptions<N, R> {
  readonly name: string;
  /** Counters are compared with what they were that long ago; 0 where nothing is compared. */
  readonly windowMs?: number;
  /** How long a condition has to hold until it is an alert; default 0. */
  readonly raiseAfterMs?: number;
  /** How long it has to be gone until the alert is cleared; default 5 s. */
  readonly clearAfterMs?: number;
  /** Cheap: called once a second. */
  readonly read: (node: N) => R;
  /** A pure function of two readings. `earlier` is that of `windowMs` ago, or the first one while the node is younger. */
  readonly judge: (now: R, earlier: R) => readonly Finding[];
}

export interface AlertRule extends Required<
  Pick<RuleOptions<never, unknown>, "name" | "raiseAfterMs" | "clearAfterMs">
> {
  /** What holds now; to be called at an even pace by one node only. */
  readonly look: (nowMs: number) => readonly Finding[];
}

/** Binds a rule to a node. */
export type CreateRule<N> = (node: N) => AlertRule;

const CLEAR_AFTER_MS = 5_000;
/** Readings that one rule keeps to compare with: one a second, for a window of at most that many seconds. */
const MAX_READINGS = 64;

export function alertRule<N, R>(options: RuleOptions<N, R>): CreateRule<N> {
  const { name, windowMs = 0, raiseAfterMs = 0, clearAfterMs = CLEAR_AFTER_MS, read, judge } = options;
  return (node) => {
    /** Oldest first: the last that is older than the window, and those within it. */
    const readings: { readonly atMs: number; readonly reading: R }[] = [];
    const look = (nowMs: number): readonly Finding[] => {
      const reading = read(node);
      if (windowMs === 0) return judge(reading, reading);
      readings.push({ atMs: nowMs, reading });
      while ((readings[1]?.atMs ?? Infinity) <= nowMs - windowMs || readings.length > MAX_READINGS) readings.shift();
      return judge(reading, readings[0]?.reading ?? reading);
    };
    return { name, raiseAfterMs, clearAfterMs, look };
  };
}
