// Three heartbeats after the last fault every node knows of every instance, and how it is.
import { detectionMs } from "../bounds.js";
import { Sightings } from "../sightings.js";
import type { Invariant, WorldView } from "../invariant.js";

/** A change is on its way for no longer than that. */
const ON_ITS_WAY_MS = 2000;

export function registriesConverge(): Invariant {
  /** Since when a difference has been seen, by its words. */
  let seen = new Map<string, number>();
  const sightings = new Sightings();
  let found: readonly string[] = [];
  return {
    name: "registries converge",
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      if (quietSinceMs === undefined || nowMs - quietSinceMs < detectionMs(heartbeatMs)) {
        seen = new Map();
        return undefined;
      }
      seeBeliefs(sightings, world);
      if (sightings.changed()) found = differences(world);
      seen = new Map(found.map((words) => [words, seen.get(words) ?? nowMs]));
      for (const [words, sinceMs] of seen) if (nowMs - sinceMs > ON_ITS_WAY_MS) return words;
      return undefined;
    },
  };
}

function differences({ nodes }: WorldView): string[] {
  const truth = new Map<string, string>();
  for (const { life } of nodes.values()) {
    for (const { instanceId, lifecycle } of life?.parts.fleet.hosts ?? []) truth.set(instanceId, lifecycle);
  }
  return [...nodes.values()].flatMap(({ nodeId, life }) => {
    if (life === undefined) return [];
    const known = new Map(
      life.parts.network.identities().map(({ instanceId, health }) => [instanceId, health.lifecycle as string]),
    );
    const ids = new Set([...truth.keys(), ...known.keys()]);
    return [...ids]
      .filter((id) => truth.get(id) !== known.get(id))
      .map((id) => `${nodeId} believes ${id} to be ${known.get(id) ?? "absent"}; it is ${truth.get(id) ?? "absent"}`);
  });
}

/** Of a list of identities that changes, another one is made. */
function seeBeliefs(sightings: Sightings, { nodes }: WorldView): void {
  for (const { life } of nodes.values()) {
    sightings.see(life);
    if (life === undefined) continue;
    sightings.see(life.parts.network.identities());
    for (const { lifecycle } of life.parts.fleet.hosts) sightings.see(lifecycle);
  }
}
