// Messages that could not take effect, and of late.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const WINDOW_MS = 60_000;

export const deadLetters: CreateRule<NodeParts> = alertRule({
  name: "bus.dead_letters",
  windowMs: WINDOW_MS,
  read: ({ bus }) => bus.stats().deadLetters,
  judge: (total, earlier) => {
    const fresh = total - earlier;
    if (fresh < 1) return [];
    return [
      {
        subject: "engineLogic",
        severity: "warning",
        summary: `${fresh} messages could not take effect within ${WINDOW_MS / 1000} s; see /api/v1/dead-letters`,
        evidence: {
          measured: { newInWindow: fresh, windowMs: WINDOW_MS, total },
          crossed: { measure: "newInWindow", comparison: "≥", threshold: 1 },
        },
      },
    ];
  },
});
