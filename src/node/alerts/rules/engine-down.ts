// An instance of this node that does not run. One that an operator stopped is only mentioned.
import type { Identity } from "../../../contracts/identity.js";
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const engineDown: CreateRule<NodeParts> = alertRule({
  name: "engine.down",
  read: ({ fleet }) =>
    fleet.hosts.filter(({ health }) => isDown(health)).map(({ instanceId, health }) => ({ instanceId, health })),
  judge: (engines) =>
    engines.map(({ instanceId, health: { lifecycle, reasons, restarts, failedStarts } }) => {
      const wanted = lifecycle === "stopped" || lifecycle === "draining";
      return {
        subject: instanceId,
        severity: wanted ? "info" : "critical",
        summary: `${instanceId} is ${lifecycle}`,
        evidence: { measured: { lifecycle, reasons, restarts, failedStarts }, crossed: null },
      };
    }),
});

/** A first start is none of it. */
function isDown({ lifecycle, failedStarts }: Identity["health"]): boolean {
  return lifecycle !== "running" && !(lifecycle === "starting" && failedStarts === 0);
}
