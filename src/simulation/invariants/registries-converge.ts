// Three heartbeats after the last fault every node knows of every instance, and how it is.
import type { Identity } from "../../contracts/identity.js";
import { detectionMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";

/** A change is on its way for no longer than that. */
const ON_ITS_WAY_MS = 2000;

export function registriesConverge(): Invariant {
  /** Since when a difference has been seen, by its words. */
  let seen = new Map<string, number>();
  return {
    name: "registries converge",
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      if (quietSinceMs === undefined || nowMs - quietSinceMs < detectionMs(heartbeatMs)) {
        seen = new Map();
        return undefined;
      }
      const found = differences(world);
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
    const identities = life?.parts.network.identities();
    // Mostly it is so, and words are made of the rest alone.
    if (identities === undefined || isTrue(identities, truth)) return [];
    const known = new Map(identities.map(({ instanceId, health }) => [instanceId, health.lifecycle as string]));
    const ids = new Set([...truth.keys(), ...known.keys()]);
    return [...ids]
      .filter((id) => truth.get(id) !== known.get(id))
      .map((id) => `${nodeId} believes ${id} to be ${known.get(id) ?? "absent"}; it is ${truth.get(id) ?? "absent"}`);
  });
}

/** Everybody is known, once, and as it is. */
function isTrue(identities: readonly Identity[], truth: ReadonlyMap<string, string>): boolean {
  if (identities.length !== truth.size) return false;
  let last = "";
  for (const { instanceId, health } of identities) {
    if (truth.get(instanceId) !== health.lifecycle || instanceId === last) return false;
    last = instanceId;
  }
  return true;
}
