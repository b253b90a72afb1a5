// One seed of one scenario, from its drawn or given faults to its report.
import type { JournalHead } from "../contracts/journal.js";
import { createRandom } from "../kernel/seeded-random.js";
import { recoveryMs } from "./bounds.js";
import { drawFaults, type Targets } from "./draw-faults.js";
import { FAULT_KINDS } from "./fault-kinds.js";
import type { Fault } from "./fault.js";
import type { Violation } from "./invariant.js";
import { createInvariants } from "./invariants/invariants.js";
import type { Scenario } from "./scenario.js";
import { World, type WorldCounts } from "./world.js";

export interface SimulationOrder {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly horizonMs: number;
  /** Kinds to draw from, or the faults themselves. */
  readonly faults: { readonly kinds: readonly string[] } | { readonly list: readonly Fault[] };
}

export interface SimulationReport {
  readonly seed: number;
  readonly scenario: string;
  readonly horizonMs: number;
  readonly counts: WorldCounts;
  readonly faults: readonly Fault[];
  readonly journal: JournalHead;
  readonly violation: Violation | null;
}

/** Room for what is asked after the recovery, beyond it. */
const CALM_MS = 30_000;

/**
 * @param watch hands on what nothing catches while the world runs; returns the way to stop that
 * @throws RangeError for a fault that strikes what the scenario does not have
 */
export async function simulate(
  order: SimulationOrder,
  watch: (stray: (thrown: unknown) => void) => () => void,
): Promise<SimulationReport> {
  const { seed, scenario, horizonMs } = order;
  const faults = (targets: Targets): readonly Fault[] => faultsOf(order, targets);
  const invariants = [...createInvariants(), ...(scenario.invariants?.() ?? [])];
  const world = new World({ seed, scenario, horizonMs, faults, invariants });
  const unwatch = watch((thrown) => {
    world.stray(thrown);
  });
  try {
    await world.run();
  } finally {
    unwatch();
  }
  const { counts, journal, violation = null } = world;
  const head = journal.head();
  return { seed, scenario: scenario.name, horizonMs, counts, faults: world.faults, journal: head, violation };
}

function faultsOf({ seed, scenario, horizonMs, faults }: SimulationOrder, targets: Targets): readonly Fault[] {
  if ("list" in faults) return faults.list;
  if (scenario.faults !== undefined) return faults.kinds.length === 0 ? [] : scenario.faults;
  const allowed = scenario.kinds ?? faults.kinds;
  const kinds = FAULT_KINDS.filter(({ name }) => faults.kinds.includes(name) && allowed.includes(name));
  const random = createRandom(`faults/${seed}`);
  const quietMs = recoveryMs(scenario.heartbeatMs) + CALM_MS;
  return drawFaults({ random, kinds, targets, horizonMs, quietMs, perMinute: scenario.faultsPerMinute });
}
