// The mesh once it serves, and the world as it would look otherwise: what an invariant is to be shown.
import type { PairEntry } from "../../../../src/actors/partnership/agreement-book.js";
import type { Agreement } from "../../../../src/contracts/partnership.js";
import type { WorldView } from "../../../../src/simulation/invariant.js";
import { mesh } from "../../../../src/simulation/scenarios/mesh.js";
import { World } from "../../../../src/simulation/world.js";

export const SERVED_MS = 5000;

export async function servedMesh(): Promise<World> {
  const world = new World({ seed: 1, scenario: mesh, faults: () => [], horizonMs: 1e9, invariants: [] });
  for (const node of world.nodes.values()) node.start();
  await world.clock.advance(SERVED_MS);
  return world;
}

export function seenAs(world: WorldView, changes: Partial<WorldView>): WorldView {
  const { nowMs, heartbeatMs, nodes, journal, openGoals, quietSinceMs } = world;
  return { nowMs, heartbeatMs, nodes, journal, openGoals, quietSinceMs, ...changes };
}

/** Of all nodes, from either side. */
export function entriesOf({ nodes }: WorldView): readonly PairEntry[] {
  return [...nodes.values()].flatMap(({ life }) => [...(life?.parts.partnering.desk.book.all() ?? [])]);
}

/** The agreement stands otherwise on this one side. */
export function standsAs(entry: PairEntry, changes: Partial<Agreement>): void {
  entry.agreement = { ...entry.agreement, ...changes };
}
