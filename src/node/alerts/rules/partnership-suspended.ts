// A partnership that waits for one of the two to come back.
import { alertRule, type CreateRule } from "../rule.js";

export const partnershipSuspended: CreateRule = alertRule({
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
