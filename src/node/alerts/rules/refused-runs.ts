// Goals that were refused because too many runs wait already.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const WINDOW_MS = 30_000;

export const refusedRuns: CreateRule<NodeParts> = alertRule({
  name: "node.refused_runs",
  windowMs: WINDOW_MS,
  read: ({ coordinator, nodeId }) => {
    const { active, queued } = coordinator.counts;
    return { nodeId, refused: coordinator.refused, active, queued };
  },
  judge: (now, earlier) => {
    const refused = now.refused - earlier.refused;
    if (refused < 1) return [];
    const { active, queued } = now;
    return [
      {
        subject: now.nodeId,
        severity: "critical",
        summary: `${refused} runs were refused within ${WINDOW_MS / 1000} s: too many wait already`,
        evidence: {
          measured: { refusedInWindow: refused, windowMs: WINDOW_MS, active, queued },
          crossed: { measure: "refusedInWindow", comparison: "≥", threshold: 1 },
        },
      },
    ];
  },
});
