// Four instances of one engine on two nodes, kept as busy as they can well be: here it shows how routers share out the work, how
// they leave an instance that fails at once, and what they add to the traffic when all of them do.
import { GoalRequestSchema } from "../../contracts/node.js";
import type { Fault } from "../fault.js";
import { routersLeaveFailures } from "../invariants/routers-leave-failures.js";
import { workIsShared } from "../invariants/work-is-shared.js";
import type { Scenario } from "../scenario.js";
import { goalFacts, scriptedEngine, valueProduct, type Script } from "../scripted-network.js";
import type { Casting } from "../simulated-node.js";

const ENGINE = "SIM_CROWD";
const NODES = ["a", "b"];
const REPLICAS = 2;
const HEARTBEAT_MS = 1000;
const MEAN_MS = 80;
/** They come in bursts: who decides for one of them knows of the others only what it sent itself. */
const AT_ONCE = 8;
/** Six tenths of what the instances can do. */
const BURST_EVERY_MS = (AT_ONCE * MEAN_MS) / (NODES.length * REPLICAS) / 0.6;
const DEADLINE_MS = 5000;

const INSTANCES = NODES.flatMap((nodeId) =>
  Array.from({ length: REPLICAS }, (_, index) => `${ENGINE}.${index + 1}@${nodeId}`),
);

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
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: BURST_EVERY_MS,
  goalsAtOnce: AT_ONCE,
  faults,
  invariants: () => [workIsShared(), routersLeaveFailures()],
  cast: ({ random, seed, ...stage }) => {
    const gives = valueProduct(0, 0);
    const script: Script = {
      engines: new Map([[ENGINE, [{ engineId: ENGINE, gives, needs: [], effects: false, meanMs: MEAN_MS }]]]),
      wanted: [gives.name],
      limits: { concurrency: 1, queue: 64 },
    };
    const draws = random.fork("calls");
    const casting: Casting = {
      options: {
        seed,
        feed: false,
        engines: [],
        replicas: { [ENGINE]: REPLICAS },
        heartbeatIntervalMs: HEARTBEAT_MS,
      },
      definitions: (clock) => [scriptedEngine(ENGINE, script, { ...stage, clock, random: draws })],
    };
    const usual = GoalRequestSchema.parse({ products: [gives.name], deadlineMs: DEADLINE_MS });
    return {
      nodes: new Map(NODES.map((nodeId) => [nodeId, casting])),
      targets: { nodes: NODES, engines: [ENGINE], instances: INSTANCES },
      goal: (index) => ({ ...usual, facts: goalFacts(index) }),
    };
  },
};
