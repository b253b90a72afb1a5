// The kinds of faults: what each strikes, how much of it there may be, and what it does when it begins and ends.
import type { Random } from "../contracts/random.js";
import type { FaultLevel } from "./fault-level.js";
import type { Fault } from "./fault.js";
import type { SimulatedNetwork } from "./simulated-network.js";
import type { Troubles } from "./troubles.js";

/** What faults can do to a world. */
export interface FaultyWorld {
  readonly network: SimulatedNetwork;
  readonly troubles: Troubles;
  node(nodeId: string): FaultyNode;
  crashInstance(instanceId: string): void;
}

interface FaultyNode {
  /** Its process is gone. */
  crash(): void;
  /** A new process, if there is none. */
  start(): void;
  /** Its event loop is blocked. */
  pause(): void;
  resume(): void;
  setWall(offsetMs: number): void;
  setRate(rate: number): void;
}

export interface FaultKind {
  readonly name: string;
  readonly strikes: "node" | "engine" | "instance" | "network";
  readonly forMs: readonly [least: number, most: number];
  /** Absent where there is nothing to say. */
  readonly drawAmount?: (random: Random) => number;
  readonly begin: (world: FaultyWorld, fault: Fault) => void;
  readonly end: (world: FaultyWorld, fault: Fault) => void;
}

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "crash",
    strikes: "node",
    forMs: [500, 120_000],
    begin: (world, { target }) => world.node(target).crash(),
    end: (world, { target }) => world.node(target).start(),
  },
  {
    name: "engine_crash",
    strikes: "instance",
    forMs: [0, 0],
    begin: (world, { target }) => world.crashInstance(target),
    end: () => undefined,
  },
  {
    name: "pause",
    strikes: "node",
    forMs: [50, 20_000],
    begin: (world, { target }) => world.node(target).pause(),
    end: (world, { target }) => world.node(target).resume(),
  },
  {
    name: "skew",
    strikes: "node",
    forMs: [1000, 120_000],
    drawAmount: (random) => random.integer(60_000) - 30_000,
    begin: (world, { target, amount }) => world.node(target).setWall(amount),
    end: (world, { target }) => world.node(target).setWall(0),
  },
  {
    name: "drift",
    strikes: "node",
    forMs: [10_000, 120_000],
    drawAmount: (random) => hundredths(0.95 + 0.1 * random.next()),
    begin: (world, { target, amount }) => world.node(target).setRate(amount),
    end: (world, { target }) => world.node(target).setRate(1),
  },
  {
    name: "partition",
    strikes: "node",
    forMs: [1000, 120_000],
    begin: (world, { target }) => world.network.cutOff(target),
    end: (world, { target }) => world.network.mend(target),
  },
  levelKind("drop", "network", {
    drawAmount: (random) => hundredths(0.02 + 0.4 * random.next()),
    level: ({ network }) => network.conditions.dropped,
  }),
  levelKind("duplicate", "network", {
    drawAmount: (random) => hundredths(0.02 + 0.9 * random.next()),
    level: ({ network }) => network.conditions.duplicated,
  }),
  levelKind("reorder", "network", {
    drawAmount: (random) => hundredths(0.02 + 0.9 * random.next()),
    level: ({ network }) => network.conditions.reordered,
  }),
  levelKind("slow", "network", {
    drawAmount: (random) => hundredths(2 + 400 * random.next() ** 3),
    level: ({ network }) => network.conditions.slowdown,
  }),
  levelKind("failing", "engine", {
    drawAmount: (random) => hundredths(0.05 + 0.9 * random.next()),
    level: ({ troubles }, { target }) => troubles.of(target).failing,
  }),
  levelKind("straggling", "engine", {
    drawAmount: (random) => hundredths(2 + 40 * random.next()),
    level: ({ troubles }, { target }) => troubles.of(target).straggling,
  }),
  levelKind("refusing", "instance", {
    drawAmount: (random) => hundredths(0.05 + 0.95 * random.next()),
    level: ({ troubles }, { target }) => troubles.of(target).refusing,
  }),
];

interface LevelKind {
  readonly drawAmount: (random: Random) => number;
  readonly level: (world: FaultyWorld, fault: Fault) => FaultLevel;
}

function levelKind(name: string, strikes: FaultKind["strikes"], { drawAmount, level }: LevelKind): FaultKind {
  return {
    name,
    strikes,
    forMs: [1000, 60_000],
    drawAmount,
    begin: (world, fault) => level(world, fault).add(fault.amount),
    end: (world, fault) => level(world, fault).remove(fault.amount),
  };
}

/** Amounts have a text form, and are what it says. */
function hundredths(amount: number): number {
  return Math.round(100 * amount) / 100;
}
