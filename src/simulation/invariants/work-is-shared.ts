// Work is shared out among the instances of an engine: on average over some time, the busiest holds not much more than the idlest.
import { recoveryMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";

/** Looks, one a second, that the average is over. */
const LOOKS = 20;
/** Bursts that routers share out, each as well as it can, leave them apart by less than two: they cannot know of each other. */
const MOST_APART = 2.5;
/** A network that just started needs that long to be at its pace. */
const AT_PACE_MS = 5000;

export function workIsShared(): Invariant {
  let apart: number[] = [];
  return {
    name: "work is shared",
    check: (world) => {
      if (!isAtPace(world)) {
        apart = [];
        return undefined;
      }
      apart = [...apart, furthestApart(world)].slice(-LOOKS);
      const mean = apart.reduce((sum, each) => sum + each, 0) / LOOKS;
      if (apart.length < LOOKS || mean <= MOST_APART) return undefined;
      return `the busiest instance holds ${mean.toFixed(1)} operations more than the idlest, over ${LOOKS} s`;
    },
  };
}

function isAtPace({ quietSinceMs, nowMs, heartbeatMs }: WorldView): boolean {
  if (quietSinceMs === undefined) return false;
  // After trouble, queues and breakers have to be as they were before it.
  return nowMs - quietSinceMs > (quietSinceMs === 0 ? AT_PACE_MS : recoveryMs(heartbeatMs));
}

/** Operations that the busiest instance of an engine holds more than the idlest. */
function furthestApart({ nodes }: WorldView): number {
  const engines = new Map<string, number[]>();
  for (const { life } of nodes.values()) {
    for (const { engineId, held, lifecycle } of life?.parts.fleet.hosts ?? []) {
      if (lifecycle === "running") engines.set(engineId, [...(engines.get(engineId) ?? []), held]);
    }
  }
  return Math.max(0, ...[...engines.values()].map((held) => Math.max(...held) - Math.min(...held)));
}
