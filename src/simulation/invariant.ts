// What must hold, whatever goes wrong: each invariant hears of what concerns it as it happens, may look at a node after each of its
// events, and at the whole world once a virtual second.
import type { Journal } from "../contracts/journal.js";
import type { NodeEvent } from "../contracts/views/events.js";
import type { Effect, Served } from "./scripted-network.js";
import type { SimulatedNode } from "./simulated-node.js";
import type { Sent } from "./simulated-network.js";

export interface Goal {
  readonly index: number;
  readonly nodeId: string;
  /** Names of what it wants. */
  readonly products: readonly string[];
  /** Which life of the node took it on. */
  readonly life: object;
  readonly acceptedMs: number;
  /** On the clock of the node. */
  readonly dueMs: number;
  /** Code of the error that it ended with; null for success, undefined while it is under way. */
  code: string | null | undefined;
  /** What it ended with, by name; undefined without success. */
  result: Readonly<Record<string, unknown>> | undefined;
  /** Its caller did not want to wait any longer. */
  isGivenUp: boolean;
}

/** The world as invariants see it. */
export interface WorldView {
  readonly nowMs: number;
  readonly heartbeatMs: number;
  readonly nodes: ReadonlyMap<string, SimulatedNode>;
  readonly journal: Journal;
  /** Accepted, and not ended. */
  readonly openGoals: ReadonlySet<Goal>;
  /** Since when nothing goes wrong; undefined while a fault is active. */
  readonly quietSinceMs: number | undefined;
}

/** What happens, by name. */
export interface WorldEvents {
  readonly sent: Sent;
  readonly goalAccepted: Goal;
  readonly goalEnded: Goal;
  readonly effect: Effect;
  readonly served: Served;
  readonly nodeEvent: { readonly nodeId: string; readonly event: NodeEvent };
}

/** Each function answers with what is wrong, in words; undefined where nothing is. */
export interface Invariant {
  readonly name: string;
  readonly on?: {
    readonly [E in keyof WorldEvents]?: (event: WorldEvents[E], world: WorldView) => string | undefined;
  };
  /** After each event of a node, on that node. */
  readonly each?: (node: SimulatedNode, world: WorldView) => string | undefined;
  /** Every virtual second. */
  readonly check?: (world: WorldView) => string | undefined;
  /** At the end. */
  readonly finish?: (world: WorldView) => string | undefined;
}

export interface Violation {
  readonly invariant: string;
  readonly atMs: number;
  readonly message: string;
}
