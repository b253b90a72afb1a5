// What a program may hand in instead of the real things, and of the catalogue.
import type { ActorTreeOptions } from "../actors/actor-tree.js";
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { EngineDefinition } from "../contracts/engine.js";
import type { Journal } from "../contracts/journal.js";
import type { Logger } from "../contracts/logger.js";
import type { Pool } from "../contracts/pool.js";
import type { ProcessStats } from "../kernel/process-stats.js";
import type { Offer } from "./hosting.js";

/** With engines or workflows of the program, nothing of the catalogue is left that it does not hand in. */
export interface NodeRuntime extends Partial<Offer> {
  readonly clock?: Clock;
  /** Shared by the nodes of one network; a node starts and stops only a bus of its own. */
  readonly bus?: Bus;
  readonly log?: Logger;
  readonly pool?: Pool;
  /** Further engines, beside those of the catalogue or of `engines`. */
  readonly definitions?: readonly EngineDefinition[];
  /** Where what happens is written down; without one, the node keeps the newest entries in memory. */
  readonly journal?: Journal;
  /** What tells this start of the node from any other, instead of real chance: its ids are drawn from it. */
  readonly entropy?: string;
  /** Told of every event, snapshot and actor of the control plane, as XState's inspection events. */
  readonly inspect?: NonNullable<ActorTreeOptions["inspect"]>;
  /** What is said of the process, instead of measuring it. */
  readonly process?: ProcessStats;
}

/** With nothing in the place of the catalogue's, requests and answers are those of trading. */
export interface CatalogueRuntime extends NodeRuntime {
  readonly engines?: never;
  readonly workflows?: never;
  readonly domain?: never;
}
