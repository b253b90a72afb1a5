// Many nodes with synthetic engines on one virtual clock and an in-memory bus of some latency: only their memberships are real.
import { ActorTree } from "../../src/actors/actor-tree.js";
import { Membership } from "../../src/actors/membership/membership.js";
import type { PeerStatus } from "../../src/actors/membership/peer.js";
import { createMemoryBus } from "../../src/buses/memory-bus.js";
import type { Bus, BusChannel } from "../../src/contracts/bus.js";
import type { Envelope } from "../../src/contracts/envelope.js";
import type { Identity } from "../../src/contracts/identity.js";
import type { Logger } from "../../src/contracts/logger.js";
import { createEnvelopeFactory } from "../../src/kernel/envelope-factory.js";
import { createIds } from "../../src/kernel/ids.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../src/kernel/virtual-clock.js";

export const HEARTBEAT_MS = 30_000;
const LATENCY_MS = 1;
/** All nodes start within this time. */
const STARTS_WITHIN_MS = 200;
/** Until a network is whole; what takes longer never is. */
const LONGEST_MS = 10 * HEARTBEAT_MS;
const STEP_MS = 5;

export interface Traffic {
  readonly deliveries: number;
  readonly bytes: number;
}

interface SimulatedNode {
  readonly nodeId: string;
  readonly membership: Membership;
  readonly engines: Identity[];
  readonly statuses: Map<string, PeerStatus>;
  cut: boolean;
  onSpoken: (() => void) | undefined;
}

export class SimulatedNetwork {
  readonly clock = new VirtualClock();
  readonly nodes: readonly SimulatedNode[];
  readonly #bus = createMemoryBus();
  readonly #sizes = new WeakMap<object, number>();
  #deliveries = 0;
  #bytes = 0;

  constructor(engines: number, nodes: number) {
    this.nodes = Array.from({ length: nodes }, (_, index) => {
      const nodeId = `node-${String(index).padStart(4, "0")}`;
      const count = Math.floor(engines / nodes) + (index < engines % nodes ? 1 : 0);
      return this.#createNode(
        nodeId,
        Array.from({ length: count }, (_unused, ordinal) => identityOf(ordinal, nodeId)),
      );
    });
  }

  get traffic(): Traffic {
    return { deliveries: this.#deliveries, bytes: this.#bytes };
  }

  /** All join, one after the other in a random order. Answers how long after the last of them every registry was whole. */
  async join(): Promise<number> {
    const random = createRandom("starts");
    const starts = this.nodes.map((node) => ({ node, order: random.next() })).sort((a, b) => a.order - b.order);
    for (const { node } of starts) {
      node.membership.join();
      await this.clock.advance(STARTS_WITHIN_MS / this.nodes.length);
    }
    return this.#until(() => this.#isWhole());
  }

  /** One engine of one node changes. Answers how long until every registry has it. */
  async change(): Promise<number> {
    const [node] = this.nodes;
    const [engine] = node?.engines ?? [];
    if (node === undefined || engine === undefined) return 0;
    const health = { ...engine.health, level: "degraded" as const, reasons: ["slow"] };
    node.engines[0] = { ...engine, health, revision: engine.revision + 1 };
    node.membership.touch();
    const has = ({ membership }: SimulatedNode): boolean =>
      membership.registry.state(node.nodeId)?.engines[0]?.health.level === "degraded";
    return this.#until(() => this.nodes.every(has));
  }

  /** One node falls silent right after it spoke. Answers how long until all others know that it is dead. */
  async crash(): Promise<number> {
    const lost = this.nodes[Math.floor(this.nodes.length / 2)];
    if (lost === undefined || this.nodes.length === 1) return 0;
    lost.onSpoken = () => (lost.cut = true);
    await this.#until(() => lost.cut);
    const knows = (node: SimulatedNode): boolean => node === lost || node.statuses.get(lost.nodeId) === "dead";
    return this.#until(() => this.nodes.every(knows));
  }

  /** Deaths that were declared, of nodes that all live. */
  get falseDeaths(): number {
    const deadOf = ({ statuses }: SimulatedNode): number =>
      [...statuses.values()].filter((each) => each === "dead").length;
    return this.nodes.reduce((sum, node) => sum + deadOf(node), 0);
  }

  leave(): void {
    for (const { membership } of this.nodes) membership.leave();
  }

  async #until(holds: () => boolean): Promise<number> {
    const began = this.clock.nowMs();
    await this.clock.advance(0);
    while (!holds()) {
      if (this.clock.nowMs() - began > LONGEST_MS) return Number.POSITIVE_INFINITY;
      await this.clock.advance(STEP_MS);
    }
    return this.clock.nowMs() - began;
  }

  #isWhole(): boolean {
    return this.nodes.every(({ membership: { registry } }) =>
      this.nodes.every(({ nodeId, engines }) => registry.state(nodeId)?.engines.length === engines.length),
    );
  }

  #createNode(nodeId: string, engines: Identity[]): SimulatedNode {
    const { clock } = this;
    const ids = createIds(createRandom(nodeId), nodeId);
    const envelopes = createEnvelopeFactory({ nodeId, incarnation: 1, clock, ids });
    const statuses = new Map<string, PeerStatus>();
    const node: SimulatedNode = {
      nodeId,
      engines,
      statuses,
      cut: false,
      onSpoken: undefined,
      membership: new Membership({
        nodeId,
        incarnation: 1,
        bus: this.#wireOf(() => node),
        clock,
        tree: new ActorTree({ clock, onFailed: () => undefined }),
        log: SILENT,
        channel: "nautilus:engine_discovery",
        heartbeatIntervalMs: HEARTBEAT_MS,
        createEnvelope: (topic, type, data): Envelope => envelopes.create(type, data, { topic }),
        localEngines: () => [...engines],
        onChanged: nothing,
        onPeer: (peer, status) => statuses.set(peer, status),
      }),
    };
    return node;
  }

  #wireOf(node: () => SimulatedNode): Bus {
    const channel = this.#bus.channel("engineLogic");
    const wire: BusChannel = {
      name: "engineLogic",
      publish: (topic, message) => {
        const { cut, onSpoken } = node();
        if (cut) return undefined;
        this.clock.setTimeout(() => void channel.publish(topic, message), LATENCY_MS);
        // With the turn of the event loop: a node speaks to all whom it has something to say.
        if (onSpoken !== undefined) queueMicrotask(onSpoken);
        return undefined;
      },
      subscribe: (topic, handler, options) =>
        channel.subscribe(
          topic,
          (message) => {
            if (node().cut) return undefined;
            this.#deliveries += 1;
            this.#bytes += this.#sizeOf(message);
            return handler(message as Parameters<typeof handler>[0]);
          },
          options,
        ),
    };
    return { ...this.#bus, channel: () => wire };
  }

  /** As JSON. What is the same object has the same size, so that it is measured once. */
  #sizeOf(message: Envelope): number {
    const head = JSON.stringify({ ...message, data: null }).length;
    return head + this.#measured(message.data as object, (data) => this.#sizeOfData(data));
  }

  #sizeOfData(data: object): number {
    const identities: Identity[] = [];
    const text = JSON.stringify(data, (key, value: unknown) => {
      if (key !== "engines" || !Array.isArray(value)) return value;
      identities.push(...(value as Identity[]));
      return [];
    });
    const sizes = identities.map((identity) => this.#measured(identity, (each) => JSON.stringify(each).length + 1));
    return text.length + sizes.reduce((sum, size) => sum + size, 0);
  }

  #measured<T extends object>(value: T, measure: (value: T) => number): number {
    const size = this.#sizes.get(value) ?? measure(value);
    this.#sizes.set(value, size);
    return size;
  }
}

function nothing(): void {
  // What nobody here wants to know.
}

const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => SILENT,
};

const SCHEMA_PROPERTIES = 12;

/** With schemas as real engines have them; those of one kind of engine are the same objects on every node. */
function identityOf(ordinal: number, nodeId: string): Identity {
  const engineId = `ENGINE_${ordinal}`;
  const properties = Array.from({ length: SCHEMA_PROPERTIES }, (_, index) => [`field${index}`, { type: "number" }]);
  const schema = { type: "object", properties: Object.fromEntries(properties) as object };
  return {
    engineId,
    instanceId: `${engineId}.1@${nodeId}`,
    nodeId,
    name: engineId,
    version: "1.0.0",
    roles: ["analytics"],
    capabilities: ["batch_processing"],
    operations: [
      {
        id: `${engineId}.work@1`,
        name: "work",
        version: 1,
        needs: ["input.data@1"],
        uses: [],
        gives: `product.${ordinal}@1`,
        effects: false,
        source: false,
        inputSchema: schema,
        outputSchema: schema,
        measured: { calls: 0, failures: 0, latencyMs: null, reliabilityPct: null, quality: null },
      },
    ],
    consumes: [],
    publishes: [],
    preferences: [],
    limits: { concurrency: 2, queue: 256 },
    health: { lifecycle: "running", level: "healthy", reasons: [], restarts: 0, failedStarts: 0 },
    load: { active: 0, queued: 0 },
    revision: 1,
  };
}
