// Another node of the network that is silent for longer than was to be expected.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

export const nodeLost: CreateRule<NodeParts> = alertRule({
  name: "node.lost",
  read: ({ network: { membership }, options }) =>
    membership
      .peers()
      .filter(({ status }) => status === "suspect" || status === "dead")
      .map(({ nodeId, status }) => ({
        nodeId,
        status,
        engines: membership.registry.state(nodeId)?.engines.length ?? 0,
        heartbeatIntervalMs: options.heartbeatIntervalMs,
      })),
  judge: (nodes) =>
    nodes.map(({ nodeId, ...measured }) => ({
      subject: nodeId,
      severity: measured.status === "dead" ? "critical" : "warning",
      summary: measured.status === "dead" ? `node ${nodeId} is dead` : `node ${nodeId} is silent`,
      evidence: { measured, crossed: null },
    })),
});
