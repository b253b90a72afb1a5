// Where others of an engine serve well, one that fails is left: it does not go on taking a large part of the calls.
import type { Invariant } from "../invariant.js";

/** In seconds: twice in a row is once too often. */
const WINDOW = 5;
/** Fewer calls of an engine in a window say nothing. */
const LEAST_CALLS = 50;
/** Of the calls of an instance that serves well, and how much of all calls it has to have served. */
const MOST_OWN_FAILURES = 0.05;
const LEAST_OWN_SHARE = 0.1;
/** Of all calls of an engine. */
const MOST_FAILURES = 0.15;

interface Tally {
  served: number;
  failed: number;
}

interface Window {
  /** Ids of instances that failed a large part of all calls of their engine, and of those that served well. */
  readonly failing: ReadonlySet<string>;
  readonly well: ReadonlySet<string>;
}

const NOTHING: Window = { failing: new Set(), well: new Set() };

export function routersLeaveFailures(): Invariant {
  /** By engine, then by instance. */
  let engines = new Map<string, Map<string, Tally>>();
  let before = NOTHING;
  let seconds = 0;
  return {
    name: "routers leave failures",
    on: {
      served: ({ instanceId, failed }) => {
        const engineId = instanceId.slice(0, instanceId.indexOf("."));
        const instances = engines.get(engineId) ?? new Map<string, Tally>();
        engines.set(engineId, instances);
        const tally = instances.get(instanceId) ?? { served: 0, failed: 0 };
        instances.set(instanceId, tally);
        tally.served += 1;
        if (failed) tally.failed += 1;
        return undefined;
      },
    },
    check: () => {
      seconds += 1;
      if (seconds % WINDOW !== 0) return undefined;
      const [earlier, now] = [before, judged([...engines.values()])];
      engines = new Map();
      before = now;
      const failing = [...now.failing].find((id) => earlier.failing.has(id));
      const well = [...now.well].find((id) => earlier.well.has(id));
      if (failing === undefined || well === undefined) return undefined;
      return `${failing} is asked again and again, and fails, while ${well} serves well`;
    },
  };
}

function judged(engines: readonly ReadonlyMap<string, Tally>[]): Window {
  const [failing, well] = [new Set<string>(), new Set<string>()];
  for (const instances of engines) {
    const calls = [...instances.values()].reduce((sum, { served }) => sum + served, 0);
    if (calls < LEAST_CALLS) continue;
    for (const [instanceId, { served, failed }] of instances) {
      if (failed > MOST_FAILURES * calls) failing.add(instanceId);
      else if (served >= LEAST_OWN_SHARE * calls && failed <= MOST_OWN_FAILURES * served) well.add(instanceId);
    }
  }
  return { failing, well };
}
