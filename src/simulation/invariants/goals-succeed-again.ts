// Once the network had time to recover from the last fault, goals succeed, and no breaker keeps anybody out.
import { recoveryMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";
import type { Life } from "../simulated-node.js";

/** Candidates are looked at once in so many seconds. */
const CANDIDATES_EVERY = 30;

export function goalsSucceedAgain(): Invariant {
  let seconds = 0;
  return {
    name: "goals succeed again",
    on: {
      goalEnded: ({ index, nodeId, acceptedMs, code, isGivenUp }, world) =>
        code !== null && !isGivenUp && hasRecovered(world, acceptedMs)
          ? `goal ${index} at ${nodeId} failed with ${code}, long after the last fault`
          : undefined,
    },
    check: (world) => {
      seconds += 1;
      if (seconds % CANDIDATES_EVERY !== 0 || !hasRecovered(world, world.nowMs)) return undefined;
      for (const { life } of world.nodes.values()) {
        const found = life && ejected(life);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function hasRecovered({ quietSinceMs, heartbeatMs }: WorldView, atMs: number): boolean {
  return quietSinceMs !== undefined && atMs - quietSinceMs > recoveryMs(heartbeatMs);
}

/** Somebody whom a router does not ask though nothing ails anybody. */
function ejected({ parts: { router, nodeId } }: Life): string | undefined {
  for (const { operationId, byKind } of router.routes()) {
    for (const { gate, isSuspect, link } of [byKind.make.up, byKind.fetch.up, byKind.operation.up].flat()) {
      const reason = isSuspect ? "suspected" : gate.isClosed || gate.wantsTrial ? undefined : gate.mode;
      if (reason !== undefined) return `${nodeId} keeps ${link.instanceId} from ${operationId}: ${reason}`;
    }
  }
  return undefined;
}
