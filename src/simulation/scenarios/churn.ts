// Eighteen scripted engines over four nodes that come and go while the network is parted and loses messages: here it shows whether
// everybody comes to know the same of everybody else.
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

const NODES = ["a", "b", "c", "d"];
const HEARTBEAT_MS = 2000;

export const churn: Scenario = {
  name: "churn",
  summary: "eighteen scripted engines over four nodes that come and go",
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: 2000,
  kinds: ["crash", "engine_crash", "pause", "skew", "partition", "drop"],
  cast: (backstage) => scriptedCast(backstage, { nodes: NODES, heartbeatMs: HEARTBEAT_MS }),
};
