// A partnership whose service level was missed, held against what was agreed.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const partnershipStrained: CreateRule<NodeParts> = alertRule({
  name: "partnership.strained",
  read: ({ partnering }) => partnering.strained(),
  judge: (strained) =>
    strained.map(({ pair, relationship, terms, window }) => ({
      subject: pair,
      severity: "warning",
      summary: `the ${relationship} partnership ${pair} misses its service level`,
      evidence: {
        measured: {
          calls: window.calls,
          missed: window.calls - window.met,
          failures: window.failures,
          late: window.late,
          ...(window.meanMs !== null && { meanMs: window.meanMs }),
          agreedLatencyMs: terms.latencyMs,
          agreedReliabilityPct: terms.reliabilityPct,
          windowAt: window.at,
        },
        crossed: { measure: "missed", comparison: ">", threshold: window.allowed },
      },
    })),
});
