// An engine whose every call changes the outside world, in four instances that crash time and again while messages are slow or lost:
// nothing may be done twice, however it fails.
import { replicatedCast } from "../replicated-cast.js";
import type { Scenario } from "../scenario.js";

const HEARTBEAT_MS = 2000;

export const effects: Scenario = {
  name: "effects",
  summary:
    "four instances of a scripted engine with effects, which crash time and again while messages are slow or lost",
  heartbeatMs: HEARTBEAT_MS,
  goalEveryMs: 100,
  kinds: ["engine_crash", "crash", "slow", "drop", "duplicate", "pause"],
  faultsPerMinute: 20,
  cast: (backstage) =>
    replicatedCast(backstage, {
      engineId: "SIM_EFFECTS",
      nodes: ["a", "b"],
      callers: ["c", "d"],
      replicas: 2,
      heartbeatMs: HEARTBEAT_MS,
      meanMs: 30,
      concurrency: 4,
      effects: true,
    }),
};
