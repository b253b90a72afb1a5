// Four instances of one engine on two nodes, kept as busy as they can well be: here it shows how routers share out the work, how
// they leave an instance that fails at once, and what they add to the traffic when all of them do.
import type { Fault } from "../fault.js";
import { routersLeaveFailures } from "../invariants/routers-leave-failures.js";
import { workIsShared } from "../invariants/work-is-shared.js";
import { instancesOf, replicatedCast, type Replicas } from "../replicated-cast.js";
import type { Scenario } from "../scenario.js";

const REPLICAS: Replicas = {
  engineId: "SIM_CROWD",
  nodes: ["a", "b"],
  replicas: 2,
  heartbeatMs: 1000,
  meanMs: 80,
  concurrency: 1,
  effects: false,
};
const INSTANCES = instancesOf(REPLICAS);
/** They come in bursts: who decides for one of them knows of the others only what it sent itself. */
const AT_ONCE = 8;
const UTILISATION = 0.6;

const refusing = (target: string, atMs: number, forMs: number): Fault => ({
  kind: "refusing",
  target,
  atMs,
  forMs,
  amount: 1,
});

/** First one, then all. */
const faults: readonly Fault[] = [
  refusing(INSTANCES[0] ?? "", 30_000, 15_000),
  ...INSTANCES.map((instanceId) => refusing(instanceId, 60_000, 10_000)),
];

export const crowd: Scenario = {
  name: "crowd",
  summary: "four instances of one scripted engine at six tenths of what they can do, that refuse calls: one, then all",
  heartbeatMs: REPLICAS.heartbeatMs,
  goalEveryMs: (AT_ONCE * REPLICAS.meanMs) / INSTANCES.length / UTILISATION,
  goalsAtOnce: AT_ONCE,
  givenUp: 0.1,
  faults,
  invariants: () => [workIsShared(), routersLeaveFailures()],
  cast: (backstage) => replicatedCast(backstage, REPLICAS),
};
