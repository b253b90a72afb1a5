// An instance that the router leaves out because it kept failing.
import { TRIP_IN_A_ROW } from "../../../routing/breaker-gate.js";
import type { Candidate } from "../../../routing/candidate.js";
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

interface Tripped {
  readonly subject: string;
  readonly mode: string;
  readonly failuresInARow: number;
  readonly failed: number;
  readonly succeeded: number;
}

const KINDS = ["operation", "make", "fetch"] as const;

export const breakerOpen: CreateRule<NodeParts> = alertRule({
  name: "router.breaker_open",
  read: ({ router, clock }) => {
    const nowMs = clock.nowMs();
    const tripped: Tripped[] = [];
    const look = (what: string, candidates: readonly Candidate[]): void => {
      for (const candidate of candidates) {
        if (candidate.gate.isClosed) continue;
        tripped.push({ subject: `${what} at ${candidate.link.instanceId}`, ...measuresOf(candidate, nowMs) });
      }
    };
    for (const { operationId, byKind } of router.routes()) {
      for (const kind of KINDS) {
        const { up, coming } = byKind[kind];
        if (up.every(isClosed) && coming.every(isClosed)) continue;
        look(`${operationId} (${kind})`, up);
        look(`${operationId} (${kind})`, coming);
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

function isClosed({ gate }: Candidate): boolean {
  return gate.isClosed;
}
