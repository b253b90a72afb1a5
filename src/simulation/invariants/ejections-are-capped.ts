// A router's breakers never eject more than half of those who could be asked: when a gate opens, at least half stay closed.
import type { Candidate } from "../../routing/candidate.js";
import type { Route } from "../../routing/route.js";
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

const MOST_EJECTED = 0.5;
const KINDS = ["operation", "make", "fetch"] as const;

interface Seen {
  readonly up: readonly Candidate[];
  readonly ejected: number;
}

export function ejectionsAreCapped(): Invariant {
  /** By life, operation and kind, as it was a second ago; forgotten when somebody comes or goes, as then shares change. */
  let before = new Map<string, Seen>();
  let isUnsettled = false;
  return {
    name: "ejections are capped",
    on: {
      nodeEvent: ({ event: { type } }) => {
        isUnsettled ||= type.startsWith("engine.") || type.startsWith("node.");
        return undefined;
      },
    },
    check: ({ nodes }) => {
      if (isUnsettled) before = new Map();
      isUnsettled = false;
      for (const { nodeId, life } of nodes.values()) {
        for (const route of life === undefined ? [] : routesOf(life)) {
          for (const kind of KINDS) {
            const { up } = route.byKind[kind];
            const ejected = up.filter(({ gate }) => !gate.isClosed).length;
            const key = `${nodeId} ${kind} ${route.operationId}`;
            const seen = before.get(key);
            before.set(key, { up: [...up], ejected });
            if (seen === undefined || !isSame(seen.up, up) || ejected <= seen.ejected) continue;
            if (ejected > MOST_EJECTED * up.length) {
              return `${nodeId} ejected ${ejected} of ${up.length} that give ${route.operationId} (${kind})`;
            }
          }
        }
      }
      return undefined;
    },
  };
}

function routesOf({ parts: { router } }: Life): readonly Route[] {
  return router.routes();
}

function isSame(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  return a.length === b.length && a.every((candidate, index) => candidate === b[index]);
}
