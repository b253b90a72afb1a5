// Retries that were not made because they would have added too much to the traffic.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const WINDOW_MS = 30_000;

export const retryBudget: CreateRule<NodeParts> = alertRule({
  name: "router.retry_budget",
  windowMs: WINDOW_MS,
  read: ({ router: { counters } }) => {
    const { unaffordable, retries, calls } = counters;
    return { unaffordable, retries, calls };
  },
  judge: (now, earlier) => {
    const refused = now.unaffordable - earlier.unaffordable;
    if (refused < 1) return [];
    const [retries, calls] = [now.retries - earlier.retries, now.calls - earlier.calls];
    return [
      {
        subject: "router",
        severity: "warning",
        summary: `the retry budget is used up: ${refused} further attempts were not made within ${WINDOW_MS / 1000} s`,
        evidence: {
          measured: { refusedInWindow: refused, retriesInWindow: retries, callsInWindow: calls, windowMs: WINDOW_MS },
          crossed: { measure: "refusedInWindow", comparison: "≥", threshold: 1 },
        },
      },
    ];
  },
});
