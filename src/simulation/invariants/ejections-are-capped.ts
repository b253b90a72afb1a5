// A router's breakers never eject more than half of those who could be asked: when a gate opens, at least half stay closed.
import type { Candidate } from "../../routing/candidate.js";
import type { Route } from "../../routing/route.js";
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

const MOST_EJECTED = 0.5;
const KINDS = ["operation", "make", "fetch"] as const;

/** The candidates of one operation and kind, as they were a second ago. */
interface Seen {
  up: readonly Candidate[];
  ejected: number;
}

type Kind = (typeof KINDS)[number];
/** Of one node, by kind and operation id. */
type SeenByNode = Readonly<Record<Kind, Map<string, Seen>>>;

export function ejectionsAreCapped(): Invariant {
  /** By node; forgotten when somebody comes or goes, as then shares change. */
  let before = new Map<string, SeenByNode>();
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
        if (life === undefined) continue;
        let seen = before.get(nodeId);
        if (seen === undefined)
          before.set(nodeId, (seen = { operation: new Map(), make: new Map(), fetch: new Map() }));
        const found = overEjected(life, seen);
        if (found !== undefined) return `${nodeId} ejected ${found}`;
      }
      return undefined;
    },
  };
}

/** Looked at every second, by many nodes: nothing is made anew where nothing changed. */
function overEjected(life: Life, seen: SeenByNode): string | undefined {
  for (const { operationId, byKind } of routesOf(life)) {
    for (const kind of KINDS) {
      const { up } = byKind[kind];
      const ejected = countEjected(up);
      const last = seen[kind].get(operationId);
      if (last === undefined) {
        seen[kind].set(operationId, { up, ejected });
        continue;
      }
      const isMore = ejected > last.ejected && isSame(last.up, up);
      last.up = up;
      last.ejected = ejected;
      if (isMore && ejected > MOST_EJECTED * up.length) {
        return `${ejected} of ${up.length} that give ${operationId} (${kind})`;
      }
    }
  }
  return undefined;
}

function countEjected(up: readonly Candidate[]): number {
  let ejected = 0;
  for (const { gate } of up) if (!gate.isClosed) ejected += 1;
  return ejected;
}

function routesOf({ parts: { router } }: Life): readonly Route[] {
  return router.routes();
}

/** Lists of candidates are never changed, but made anew when the network changes. */
function isSame(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  return a === b || (a.length === b.length && a.every((candidate, index) => candidate === b[index]));
}
