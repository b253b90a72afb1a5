// An instance of this node that was restarted: once is worth a word, often is a fault that restarts do not cure.
import { DEFAULT_RESTART_POLICY } from "../../../actors/engine-host/restart-policy.js";
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const { windowMs, maxRestarts } = DEFAULT_RESTART_POLICY;
const OFTEN = 3;

export const engineRestarts: CreateRule<NodeParts> = alertRule({
  name: "engine.restarts",
  windowMs,
  read: ({ fleet }) => {
    const restarts = new Map<string, number>();
    // Only what is worth comparing later: most were never restarted.
    for (const { instanceId, health } of fleet.hosts) {
      if (health.restarts > 0) restarts.set(instanceId, health.restarts);
    }
    return restarts;
  },
  judge: (now, earlier) =>
    [...now].flatMap(([instanceId, restarts]) => {
      const within = restarts - (earlier.get(instanceId) ?? 0);
      if (within < 1) return [];
      const severity = within >= maxRestarts ? "critical" : within >= OFTEN ? "warning" : "info";
      const threshold = { info: 1, warning: OFTEN, critical: maxRestarts }[severity];
      return [
        {
          subject: instanceId,
          severity,
          summary: `${instanceId} was restarted ${within} times within ${windowMs / 1000} s`,
          evidence: {
            measured: { restartsInWindow: within, windowMs, restarts },
            crossed: { measure: "restartsInWindow", comparison: "≥", threshold },
          },
        },
      ];
    }),
});
