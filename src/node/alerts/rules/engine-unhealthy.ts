// An instance of this node that runs, but not well.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const engineUnhealthy: CreateRule<NodeParts> = alertRule({
  name: "engine.unhealthy",
  read: ({ fleet }) =>
    fleet.hosts
      .filter(({ health: { lifecycle, level } }) => lifecycle === "running" && level !== "healthy")
      .map(({ instanceId, health, load }) => ({ instanceId, health, load })),
  judge: (engines) =>
    engines.map(({ instanceId, health: { level, reasons }, load }) => ({
      subject: instanceId,
      severity: level === "critical" ? "critical" : "warning",
      summary: `${instanceId} is ${level}: ${reasons.join("; ")}`,
      evidence: { measured: { level, reasons, ...load }, crossed: null },
    })),
});
