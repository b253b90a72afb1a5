// Trust is forgotten where nothing is seen any more, at the pace of its half-life.
import type { Invariant } from "../invariant.js";

/** Thirty windows of ten seconds. */
const HALF_LIFE_MS = 300_000;
/** So long without a window, and it shows. */
const LEAST_QUIET_MS = 100_000;
/** Windows more or less, and a clock that is slow. */
const SLACK_MS = 20_000;
const SLOWEST = 0.94;
/** Less evidence than that says nothing. */
const LEAST_EVIDENCE = 5;
const LOOKS_EVERY = 10;

interface Quiet {
  readonly windowAt: string;
  readonly sinceMs: number;
  readonly evidence: number;
}

export function trustFades(): Invariant {
  const quiet = new Map<string, Quiet>();
  let seconds = 0;
  return {
    name: "trust fades",
    check: ({ nodes, nowMs }) => {
      seconds += 1;
      if (seconds % LOOKS_EVERY !== 0) return undefined;
      for (const { nodeId, life, awakeSinceMs } of nodes.values()) {
        for (const { side, pair, history } of life?.parts.partnering.desk.book.all() ?? []) {
          if (side !== "consumer") continue;
          const key = `${nodeId} ${awakeSinceMs} ${pair}`;
          const windowAt = history.windows.at(-1)?.at ?? "";
          const evidence = history.trust.met + history.trust.missed;
          const before = quiet.get(key);
          if (before?.windowAt !== windowAt) quiet.set(key, { windowAt, sinceMs: nowMs, evidence });
          else if (before.evidence > LEAST_EVIDENCE && nowMs - before.sinceMs >= LEAST_QUIET_MS) {
            const quietMs = nowMs - before.sinceMs;
            if (evidence > before.evidence * 0.5 ** ((SLOWEST * quietMs - SLACK_MS) / HALF_LIFE_MS)) {
              const seconds = Math.round(quietMs / 1000);
              return `${pair} still counts ${evidence.toFixed(1)} of ${before.evidence.toFixed(1)} calls after ${seconds} s without any`;
            }
          }
        }
      }
      return undefined;
    },
  };
}
