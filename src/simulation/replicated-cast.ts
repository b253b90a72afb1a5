// One scripted engine with a single operation, in several instances on every node: where it is instances that matter, not plans.
import { GoalRequestSchema } from "../domain/requests.js";
import type { Backstage, Cast } from "./scenario.js";
import { goalFacts, scriptedEngine, valueProduct, type Script } from "./scripted-network.js";
import type { Casting } from "./simulated-node.js";

export interface Replicas {
  readonly engineId: string;
  readonly nodes: readonly string[];
  /** Nodes without it: from there all of its instances are far. */
  readonly callers?: readonly string[];
  /** On each node. */
  readonly replicas: number;
  readonly heartbeatMs: number;
  /** Of one call. */
  readonly meanMs: number;
  /** Operations that one instance runs at once. */
  readonly concurrency: number;
  readonly effects: boolean;
}

const GOAL_DEADLINE_MS = 5000;
const QUEUE = 64;
/** What nodes without the engine host: nobody asks for what it gives. */
const BYSTANDER = "SIM_BYSTANDER";

export function replicatedCast({ random, seed, ...stage }: Backstage, order: Replicas): Cast {
  const { engineId, nodes, callers = [], replicas, heartbeatMs, meanMs, concurrency, effects } = order;
  const gives = valueProduct(0, 0);
  const drawn = { needs: [], effects, meanMs };
  const script: Script = {
    engines: new Map([
      [engineId, [{ engineId, gives, ...drawn }]],
      [BYSTANDER, [{ engineId: BYSTANDER, gives: valueProduct(0, 1), ...drawn }]],
    ]),
    partners: new Map(),
    wanted: [gives.name],
    limits: { concurrency, queue: QUEUE },
  };
  const draws = random.fork("calls");
  const casting = (id: string): Casting => ({
    options: { seed, feed: false, engines: [], replicas: { [id]: replicas }, heartbeatIntervalMs: heartbeatMs },
    definitions: (clock) => [scriptedEngine(id, script, { ...stage, clock, random: draws })],
  });
  const hosted = [
    ...nodes.map((id) => [id, casting(engineId)] as const),
    ...callers.map((id) => [id, casting(BYSTANDER)] as const),
  ];
  const usual = GoalRequestSchema.parse({ products: [gives.name], deadlineMs: GOAL_DEADLINE_MS });
  return {
    nodes: new Map(hosted),
    targets: { nodes: [...nodes, ...callers], engines: [engineId], instances: instancesOf(order) },
    goal: (index) => ({ ...usual, facts: goalFacts(index) }),
  };
}

export function instancesOf({
  engineId,
  nodes,
  replicas,
}: Pick<Replicas, "engineId" | "nodes" | "replicas">): string[] {
  return nodes.flatMap((nodeId) =>
    Array.from({ length: replicas }, (_, index) => `${engineId}.${index + 1}@${nodeId}`),
  );
}
