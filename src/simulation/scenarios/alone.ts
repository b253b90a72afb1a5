// Eighteen scripted engines on one node: no network, only the node's own troubles.
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

export const alone: Scenario = {
  name: "alone",
  summary: "eighteen scripted engines on one node, a goal a second",
  heartbeatMs: 30_000,
  goalEveryMs: 1000,
  cast: (backstage) => scriptedCast(backstage, { nodes: ["a"], heartbeatMs: 30_000 }),
};
