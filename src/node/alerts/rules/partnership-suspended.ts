// A partnership that waits for one of the two to come back.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const partnershipSuspended: CreateRule<NodeParts> = alertRule({
  name: "partnership.suspended",
  read: ({ partnering }) => partnering.suspended(),
  judge: (suspended) =>
    suspended.map(({ pair, relationship, reason, since }) => ({
      subject: pair,
      severity: "info",
      summary: `the ${relationship} partnership ${pair} is suspended: ${reason}`,
      evidence: { measured: { relationship, reason, since }, crossed: null },
    })),
});
