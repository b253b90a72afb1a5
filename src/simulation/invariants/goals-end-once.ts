// Every accepted goal ends exactly once, by its deadline, unless its node crashed: with its product or with an error.
import { DEADLINE_SLACK_MS } from "../bounds.js";
import type { Goal, Invariant } from "../invariant.js";

export function goalsEndOnce(): Invariant {
  const ended = new WeakSet<Goal>();
  const endedRuns = new Set<string>();
  return {
    name: "goals end once",
    on: {
      goalEnded: (goal, { nodes }) => {
        if (ended.has(goal)) return `goal ${goal.index} ended twice`;
        ended.add(goal);
        return nodes.get(goal.nodeId)?.life === goal.life
          ? undefined
          : `goal ${goal.index} ended though its node ${goal.nodeId} had crashed`;
      },
      nodeEvent: ({ event: { type, subject } }) => {
        if (type !== "run.succeeded" && type !== "run.failed") return undefined;
        if (endedRuns.has(subject)) return `${subject} ended twice`;
        endedRuns.add(subject);
        return undefined;
      },
    },
    check: ({ openGoals, nodes, nowMs }) => {
      for (const goal of openGoals) {
        const node = nodes.get(goal.nodeId);
        if (node?.life !== goal.life) continue; // it ended with its node
        const isAwake = !node.isPaused && nowMs - node.awakeSinceMs > DEADLINE_SLACK_MS;
        const overdueMs = node.life.clock.nowMs() - goal.dueMs;
        if (isAwake && overdueMs > DEADLINE_SLACK_MS) {
          return `goal ${goal.index} at ${goal.nodeId} is ${Math.round(overdueMs)} ms over its deadline`;
        }
      }
      return undefined;
    },
  };
}
