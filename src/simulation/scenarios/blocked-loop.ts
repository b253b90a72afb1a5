// Heartbeats of a second, and event loops that are blocked for five: each node in its turn, and nobody is taken for dead.
import type { Fault } from "../fault.js";
import { nobodyDies } from "../invariants/nobody-dies.js";
import type { Scenario } from "../scenario.js";
import { scriptedCast } from "../scripted-cast.js";

const NODES = ["a", "b", "c"];
const BLOCKED_MS = 5000;
const EVERY_MS = 20_000;

const faults: readonly Fault[] = Array.from({ length: 9 }, (_, index) => ({
  kind: "pause",
  target: NODES[index % NODES.length] ?? "",
  atMs: (index + 1) * EVERY_MS,
  forMs: BLOCKED_MS,
  amount: 0,
}));

export const blockedLoop: Scenario = {
  name: "blocked-loop",
  summary: "heartbeats of a second, event loops that are blocked for five: nobody is taken for dead",
  heartbeatMs: 1000,
  goalEveryMs: 1000,
  faults,
  invariants: () => [nobodyDies()],
  cast: (backstage) => scriptedCast(backstage, { nodes: NODES, heartbeatMs: 1000 }),
};
