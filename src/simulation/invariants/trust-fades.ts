// Trust is forgotten where nothing is seen any more: after the half-life without a window, no more than a bit over half is left.
import type { Invariant } from "../invariant.js";

/** Thirty windows of ten seconds. */
const HALF_LIFE_MS = 300_000;
/** A window more or less, of clocks that are not alike. */
const MOST_LEFT = 0.55;
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
        for (const { side, pair, history } of life?.parts.partnering.desk.ledger.book.all() ?? []) {
          if (side !== "consumer") continue;
          const key = `${nodeId} ${awakeSinceMs} ${pair}`;
          const windowAt = history.windows.at(-1)?.at ?? "";
          const evidence = history.trust.met + history.trust.missed;
          const before = quiet.get(key);
          if (before?.windowAt !== windowAt) quiet.set(key, { windowAt, sinceMs: nowMs, evidence });
          else if (before.evidence > LEAST_EVIDENCE && nowMs - before.sinceMs >= HALF_LIFE_MS) {
            if (evidence > MOST_LEFT * before.evidence) {
              return `${pair} still counts ${evidence.toFixed(1)} of ${before.evidence.toFixed(1)} calls after five minutes without any`;
            }
            quiet.set(key, { windowAt, sinceMs: nowMs, evidence });
          }
        }
      }
      return undefined;
    },
  };
}
