// One node of the world through all of its lives: a real node on a clock, a bus and chance of its own. A crash ends a life between
// two events; the next one has the same id and knows nothing of it.
import { NodeOptionsSchema, type NodeOptions } from "../contracts/options.js";
import type { EngineDefinition } from "../contracts/engine.js";
import type { Journal } from "../contracts/journal.js";
import type { Leases } from "../contracts/lease.js";
import type { Logger } from "../contracts/logger.js";
import type { NodeEvent } from "../contracts/views/events.js";
import type { NodePort } from "../contracts/node-port.js";
import type { Pool } from "../contracts/pool.js";
import { createInlinePool } from "../kernel/inline-pool.js";
import type { ProcessStats } from "../kernel/process-stats.js";
import type { VirtualClock } from "../kernel/virtual-clock.js";
import { NodeLife } from "../node/node-life.js";
import { NodeParts } from "../node/node-parts.js";
import { Alerts } from "../node/alerts/alerts.js";
import { createNodePort } from "../node/node-port.js";
import { SimulatedBus } from "./simulated-bus.js";
import type { LeaseServer } from "./lease-server.js";
import { SimulatedClock } from "./simulated-clock.js";
import { createSimulatedLeases } from "./simulated-leases.js";
import type { SimulatedNetwork } from "./simulated-network.js";

/** What a life of a node is made of. */
export interface Casting {
  readonly options: NodeOptions;
  /** Engines of its own; their handlers take their time on the node's clock. */
  readonly definitions: (clock: SimulatedClock) => readonly EngineDefinition[];
  /** Where heavy numerics run; inline, in no time, unless said. */
  readonly createPool?: (clock: SimulatedClock) => Pool;
}

export interface SimulatedNodeOptions {
  readonly nodeId: string;
  readonly seed: number;
  readonly casting: Casting;
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  /** Of the network; absent where nobody leads. */
  readonly leaseServer: LeaseServer | undefined;
  readonly journal: Journal;
  readonly onStep: () => void;
  readonly onEvent: (nodeId: string, event: NodeEvent) => void;
  readonly onStartFailed: (nodeId: string, thrown: unknown) => void;
}

/** One process of the node. */
export interface Life {
  readonly parts: NodeParts;
  readonly port: NodePort;
  readonly clock: SimulatedClock;
  readonly bus: SimulatedBus;
}

export class SimulatedNode {
  readonly nodeId: string;
  readonly #options: SimulatedNodeOptions;
  #life: Life | undefined;
  #lives = 0;
  #isServing = false;
  #offsetMs = 0;
  #rate = 1;
  #changedMs = 0;
  #awakeSinceMs = 0;

  constructor(options: SimulatedNodeOptions) {
    this.nodeId = options.nodeId;
    this.#options = options;
  }

  /** Undefined while its process is gone. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** Up, and its start is over. */
  get isServing(): boolean {
    return this.#isServing;
  }

  get isPaused(): boolean {
    return this.#life?.clock.isPaused === true;
  }

  /** When it last started or crashed, on the clock of the world. */
  get changedMs(): number {
    return this.#changedMs;
  }

  /** When it last started, or went on after a pause. */
  get awakeSinceMs(): number {
    return this.#awakeSinceMs;
  }

  start(): void {
    if (this.#life !== undefined) return;
    const { nodeId, seed, casting, network, journal, onStep, onEvent, onStartFailed, ...world } = this.#options;
    const clock = new SimulatedClock(world.clock, this.#offsetMs, onStep);
    clock.setRate(this.#rate);
    this.#lives += 1;
    const bus = new SimulatedBus(nodeId, clock, { network, leases: this.#leases(clock) });
    const parts = new NodeParts(NodeOptionsSchema.parse({ ...casting.options, nodeId, chaos: true }), {
      clock,
      bus,
      journal,
      log: SILENT,
      pool: casting.createPool?.(clock) ?? createInlinePool(),
      process: NO_PROCESS,
      entropy: `${seed}/${nodeId}/${this.#lives}`,
      definitions: casting.definitions(clock),
    });
    const alerts = new Alerts(parts);
    const life: Life = { parts, clock, bus, port: createNodePort(parts, alerts.book) };
    this.#life = life;
    this.#changedMs = this.#awakeSinceMs = world.clock.nowMs();
    parts.events.listen((event) => {
      onEvent(nodeId, event);
    });
    network.join(bus);
    new NodeLife(parts, alerts).start().then(
      () => {
        if (this.#life === life) this.#isServing = true;
      },
      (thrown: unknown) => {
        if (this.#life === life) onStartFailed(nodeId, thrown);
      },
    );
  }

  #leases(clock: SimulatedClock): Leases | undefined {
    const { nodeId, leaseServer: server, clock: world, network } = this.#options;
    return server && createSimulatedLeases({ nodeId, life: this.#lives, clock, world, network, server });
  }

  crash(): void {
    if (this.#life === undefined) return;
    this.#life.clock.die();
    this.#options.network.leave(this.nodeId);
    this.#life = undefined;
    this.#isServing = false;
    this.#changedMs = this.#options.clock.nowMs();
  }

  pause(): void {
    this.#life?.clock.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.#life?.clock.resume();
    this.#awakeSinceMs = this.#options.clock.nowMs();
  }

  setWall(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#life?.clock.setWall(offsetMs);
  }

  setRate(rate: number): void {
    this.#rate = rate;
    this.#life?.clock.setRate(rate);
    // Set right, it is as late or early as it has become: somebody sets the time too.
    if (rate === 1) this.setWall(this.#offsetMs);
  }
}

const nothing = (): void => undefined;

/** Nobody reads along; what counts is in the journal. */
const SILENT: Logger = { error: nothing, warn: nothing, info: nothing, debug: nothing, child: () => SILENT };

/** There is no process to measure: the real one says nothing about a simulated node. */
const NO_PROCESS: ProcessStats = {
  residentBytes: () => 0,
  eventLoopDelayMs: () => ({ p50: 0, p99: 0, max: 0 }),
  forget: nothing,
  close: nothing,
};
