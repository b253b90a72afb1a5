// Eighteen scripted engines over three nodes, and a lease that the nodes contend for while they come and go.
import { oneLeads } from "../invariants/one-leads.js";
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

const NODES = ["a", "b", "c"];
const HEARTBEAT_MS = 2000;

export const rivals: Scenario = {
  name: "rivals",
  summary: "three nodes that contend for the lease",
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: 5000,
  faultsPerMinute: 6,
  isLed: true,
  kinds: ["crash", "engine_crash", "pause", "skew", "drift", "partition", "drop", "duplicate", "reorder", "slow"],
  invariants: () => [oneLeads()],
  cast: (backstage) => scriptedCast(backstage, { nodes: NODES, heartbeatMs: HEARTBEAT_MS }),
};
