// Calls that failed for lack of room: more is asked of this node, or of an engine, than it can take.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const WINDOW_MS = 30_000;

export const shedCalls: CreateRule<NodeParts> = alertRule({
  name: "router.shed_calls",
  windowMs: WINDOW_MS,
  read: ({ router: { counters, inFlight } }) => {
    const { shed, rejected, calls } = counters;
    return { shed, rejected, calls, inFlight };
  },
  judge: (now, earlier) => {
    const shed = now.shed - earlier.shed;
    if (shed < 1) return [];
    return [
      {
        subject: "router",
        severity: "critical",
        summary: `${shed} calls failed for lack of room within ${WINDOW_MS / 1000} s`,
        evidence: {
          measured: {
            shedInWindow: shed,
            rejectedInWindow: now.rejected - earlier.rejected,
            callsInWindow: now.calls - earlier.calls,
            inFlight: now.inFlight,
            windowMs: WINDOW_MS,
          },
          crossed: { measure: "shedInWindow", comparison: "≥", threshold: 1 },
        },
      },
    ];
  },
});
