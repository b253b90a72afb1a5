// The faults of a seed, drawn before anything runs: rounds of trouble, each followed by quiet in which the network has to heal.
import type { Random } from "../contracts/random.js";
import type { FaultKind } from "./fault-kinds.js";
import { lastEndMs, type Fault } from "./fault.js";

/** What there is to strike. */
export interface Targets {
  readonly nodes: readonly string[];
  readonly engines: readonly string[];
  readonly instances: readonly string[];
}

export interface FaultPlan {
  readonly random: Random;
  readonly kinds: readonly FaultKind[];
  readonly targets: Targets;
  readonly horizonMs: number;
  /** Faults begun in a minute of trouble, on average; two unless said. */
  readonly perMinute?: number | undefined;
  /** At least so long is quiet after each round. */
  readonly quietMs: number;
}

const ROUND_MS = 600_000;
/** Trouble does not begin before a network that just started has found itself. */
const FIRST_MS = 5_000;
const USUALLY_PER_MINUTE = 2;

/** In the order in which they begin. None where the horizon leaves no time for trouble. */
export function drawFaults({ random, kinds, targets, horizonMs, quietMs, ...plan }: FaultPlan): readonly Fault[] {
  const drawable = kinds.filter(({ strikes }) => namesOf(targets, strikes).length > 0);
  const faults: Fault[] = [];
  if (drawable.length === 0) return faults;
  const perMinute = plan.perMinute ?? USUALLY_PER_MINUTE;
  const rounds = Math.max(1, Math.round(horizonMs / ROUND_MS));
  const roundMs = horizonMs / rounds;
  for (let round = 0; round < rounds; round += 1) {
    const [from, until] = [round * roundMs + FIRST_MS, (round + 1) * roundMs - quietMs];
    if (until <= from) continue;
    const count = 1 + random.integer(Math.ceil((2 * perMinute * (until - from)) / 60_000));
    for (let drawn = 0; drawn < count; drawn += 1) faults.push(drawFault(random, { drawable, targets, from, until }));
  }
  return faults.sort((a, b) => a.atMs - b.atMs || lastEndMs([a]) - lastEndMs([b]));
}

interface Round {
  readonly drawable: readonly FaultKind[];
  readonly targets: Targets;
  readonly from: number;
  readonly until: number;
}

function drawFault(random: Random, { drawable, targets, from, until }: Round): Fault {
  const kind = pick(random, drawable);
  const target = pick(random, namesOf(targets, kind.strikes));
  const atMs = Math.floor(from + (until - from) * random.next());
  const [least, most] = kind.forMs;
  // Log-uniform: short ones are as likely as long ones.
  const forMs = most === 0 ? 0 : Math.floor(least * (most / least) ** random.next());
  return {
    kind: kind.name,
    target,
    atMs,
    forMs: Math.min(forMs, Math.floor(until) - atMs),
    amount: kind.drawAmount?.(random) ?? 0,
  };
}

function namesOf({ nodes, engines, instances }: Targets, strikes: FaultKind["strikes"]): readonly string[] {
  return { node: nodes, engine: engines, instance: instances, network: nodes.length > 1 ? [""] : [] }[strikes];
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}
