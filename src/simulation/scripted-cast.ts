// Scripted engines on their nodes: each on one, about half of them on a second one too.
import { GoalRequestSchema } from "../domain/requests.js";
import type { Backstage, Cast } from "./scenario.js";
import { drawScript, goalFacts, scriptedEngine } from "./scripted-network.js";
import type { Casting } from "./simulated-node.js";

export interface Placement {
  readonly nodes: readonly string[];
  readonly heartbeatMs: number;
}

const REPLICATED = 0.5;
const GOAL_DEADLINE_MS = 5000;

export function scriptedCast({ random, seed, ...stage }: Backstage, { nodes, heartbeatMs }: Placement): Cast {
  const script = drawScript(random.fork("script"));
  const draws = random.fork("calls");
  const placing = random.fork("placing");
  const hosted = new Map<string, string[]>(nodes.map((nodeId) => [nodeId, []]));
  for (const [index, engineId] of [...script.engines.keys()].entries()) {
    const isReplicated = placing.next() < REPLICATED && nodes.length > 1;
    hosted.get(nodes[index % nodes.length] ?? "")?.push(engineId);
    const other = 1 + placing.integer(Math.max(1, nodes.length - 1));
    if (isReplicated) hosted.get(nodes[(index + other) % nodes.length] ?? "")?.push(engineId);
  }
  const casting = (engineIds: readonly string[]): Casting => ({
    options: { seed, feed: false, engines: [], heartbeatIntervalMs: heartbeatMs },
    definitions: (clock) =>
      engineIds.map((engineId) => scriptedEngine(engineId, script, { ...stage, clock, random: draws })),
  });
  const usual = GoalRequestSchema.parse({ products: ["simulated.goal"], deadlineMs: GOAL_DEADLINE_MS });
  return {
    nodes: new Map([...hosted].map(([nodeId, engineIds]) => [nodeId, casting(engineIds)])),
    targets: {
      nodes,
      engines: [...script.engines.keys()],
      instances: [...hosted].flatMap(([nodeId, engineIds]) => engineIds.map((id) => `${id}.1@${nodeId}`)),
    },
    goal: (index, drawing) => ({
      ...usual,
      products: [script.wanted[drawing.integer(script.wanted.length)] ?? ""],
      facts: goalFacts(index),
    }),
  };
}
