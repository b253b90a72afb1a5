// Eighteen scripted engines over three nodes, some on two of them, and a goal a second.
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

export const mesh: Scenario = {
  name: "mesh",
  summary: "eighteen scripted engines over three nodes, a goal a second",
  heartbeatMs: 30_000,
  goalEveryMs: 1000,
  cast: (backstage) => scriptedCast(backstage, { nodes: ["a", "b", "c"], heartbeatMs: 30_000 }),
};
