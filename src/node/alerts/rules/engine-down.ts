// An instance of this node that does not run. One that an operator stopped is only mentioned.
import type { Lifecycle } from "../../../contracts/identity.js";
import { alertRule, type CreateRule } from "../rule.js";

export const engineDown: CreateRule = alertRule({
  name: "engine.down",
  read: ({ fleet }) => fleet.hosts.map(({ instanceId, health }) => ({ instanceId, health })),
  judge: (engines) =>
    engines
      .filter(
        ({ health: { lifecycle, failedStarts } }) => lifecycle !== "running" && !isFirstStart(lifecycle, failedStarts),
      )
      .map(({ instanceId, health: { lifecycle, reasons, restarts, failedStarts } }) => {
        const wanted = lifecycle === "stopped" || lifecycle === "draining";
        return {
          subject: instanceId,
          severity: wanted ? "info" : "critical",
          summary: `${instanceId} is ${lifecycle}`,
          evidence: { measured: { lifecycle, reasons, restarts, failedStarts }, crossed: null },
        };
      }),
});

function isFirstStart(lifecycle: Lifecycle, failedStarts: number): boolean {
  return lifecycle === "starting" && failedStarts === 0;
}
