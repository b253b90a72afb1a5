// An instance that the router leaves out because it kept failing.
import { TRIP_IN_A_ROW } from "../../../routing/breaker-gate.js";
import type { Candidate } from "../../../routing/candidate.js";
import { alertRule, type CreateRule } from "../rule.js";

interface Tripped {
  readonly subject: string;
  readonly mode: string;
  readonly failuresInARow: number;
  readonly failed: number;
  readonly succeeded: number;
}

export const breakerOpen: CreateRule = alertRule({
  name: "router.breaker_open",
  read: ({ router, clock }) => {
    const nowMs = clock.nowMs();
    const tripped: Tripped[] = [];
    for (const { operationId, byKind } of router.routes()) {
      for (const [kind, { up, coming }] of Object.entries(byKind)) {
        for (const list of [up, coming]) {
          for (const candidate of list) {
            if (candidate.gate.isClosed) continue;
            const subject = `${operationId} (${kind}) at ${candidate.link.instanceId}`;
            tripped.push({ subject, ...measuresOf(candidate, nowMs) });
          }
        }
      }
    }
    return tripped;
  },
  judge: (tripped) =>
    tripped.map(({ subject, mode, failuresInARow, failed, succeeded }) => ({
      subject,
      severity: "warning",
      summary: `the breaker of ${subject} is ${mode.replace("_", " ")}`,
      evidence: {
        measured: { mode, failuresInARow, failedInWindow: failed, succeededInWindow: succeeded, windowMs: 10_000 },
        crossed:
          failuresInARow >= TRIP_IN_A_ROW
            ? { measure: "failuresInARow", comparison: "≥", threshold: TRIP_IN_A_ROW }
            : null,
      },
    })),
});

function measuresOf({ gate, window }: Candidate, nowMs: number): Omit<Tripped, "subject"> {
  const { mode, failuresInARow } = gate;
  return { mode, failuresInARow, failed: window.failed(nowMs), succeeded: window.succeeded(nowMs) };
}
