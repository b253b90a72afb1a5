// Eighteen scripted engines over three nodes, of which many have places for few, and a lease that the nodes contend for while they
// come and go: whoever leads decides who gets a place, and nobody else does.
import { oneLeads } from "../invariants/one-leads.js";
import { placesAreSettled } from "../invariants/places-are-settled.js";
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

const NODES = ["a", "b", "c"];
const HEARTBEAT_MS = 2000;

export const rivals: Scenario = {
  name: "rivals",
  summary: "three nodes that contend for the lease, whose holder decides who gets a place where too many want one",
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: 5000,
  faultsPerMinute: 6,
  isLed: true,
  kinds: ["crash", "engine_crash", "pause", "skew", "drift", "partition", "drop", "duplicate", "reorder", "slow"],
  invariants: () => [oneLeads(), placesAreSettled()],
  cast: (backstage) => scriptedCast(backstage, { nodes: NODES, heartbeatMs: HEARTBEAT_MS }),
};
