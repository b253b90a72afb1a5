// A few nodes, each with a desk for its engines' partnerships, on a virtual clock and a bus that loses, doubles and delays what
// goes between them. What consumers get from providers is decided here.
import { expect } from "vitest";
import { PartnershipDesk } from "../../../src/actors/partnership/partnership-desk.js";
import type { PairEntry } from "../../../src/actors/partnership/agreement-book.js";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import type { Bus, BusChannel } from "../../../src/contracts/bus.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import type { Identity, Lifecycle, Measured, OperationIdentity, Preference } from "../../../src/contracts/identity.js";
import type { Agreement } from "../../../src/contracts/partnership.js";
import { createEnvelopeFactory } from "../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../src/kernel/ids.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { compareVersions, isOpen, pairKey } from "../../../src/partnerships/agreement.js";
import type { ServiceCounts } from "../../../src/partnerships/service-window.js";
import { createRecordingLogger } from "../../unit/actors/support/recording-logger.js";
import { identityOf } from "../../unit/discovery/identities.js";

export interface EngineKind {
  readonly engineId: string;
  readonly needs: readonly string[];
  readonly gives: readonly string[];
  /** Consumers that one instance agrees with. */
  readonly partners: number;
  /** What an operation that gives a product measured of itself, by product; a stream has none. */
  readonly measured?: Readonly<Record<string, Measured>>;
  readonly preferences?: readonly Preference[];
}

export const HEARTBEAT_MS = 2000;
const LONGEST_DELAY_MS = 400;

export class PartnershipNetwork {
  readonly clock = new VirtualClock();
  readonly nodes = new Map<string, PartnershipNode>();
  readonly random;
  /** Share of messages that are lost, and that come twice. */
  lossRate = 0;
  doubleRate = 0;
  readonly parted = new Set<string>();
  /** Providers that miss the service level. */
  readonly bad = new Set<string>();
  readonly served = new Map<string, ServiceCounts>();
  /** Everything that happened to agreements: verbs, by state before and after. */
  readonly seen = new Set<string>();

  constructor(hosting: Readonly<Record<string, readonly EngineKind[]>>, seed: number) {
    this.random = createRandom(seed);
    for (const [nodeId, kinds] of Object.entries(hosting))
      this.nodes.set(nodeId, new PartnershipNode(this, nodeId, kinds));
    for (const node of this.nodes.values()) node.start();
  }

  get all(): readonly PartnershipNode[] {
    return [...this.nodes.values()];
  }

  reaches(from: string, to: string): boolean {
    return from === to || !(this.parted.has(from) || this.parted.has(to));
  }

  /** What a node sees of the network: everything that it can hear, of living nodes. */
  identities(seenBy: string): readonly Identity[] {
    return this.all.filter(({ nodeId }) => this.reaches(seenBy, nodeId)).flatMap((node) => node.identities());
  }

  changed(): void {
    for (const node of this.nodes.values()) node.desk.networkChanged();
  }

  carry(from: string, topic: string, envelope: Envelope): void {
    const to = topic.slice(topic.lastIndexOf(":") + 1);
    const times = this.random.next() < this.doubleRate ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      if (this.random.next() < this.lossRate) continue;
      // What was under way to an earlier start of the node does not reach the later one.
      const { bus } = this.nodes.get(to) ?? {};
      this.clock.setTimeout(() => {
        if (!this.reaches(from, to) || this.nodes.get(to)?.bus !== bus) return;
        void bus?.channel("engineLogic").publish(topic, { ...envelope, id: `${envelope.id}-${time}` });
      }, this.random.next() * LONGEST_DELAY_MS);
    }
  }

  part(nodeId: string): void {
    this.parted.add(nodeId);
    for (const a of this.nodes.values()) {
      for (const b of this.nodes.values()) if (!this.reaches(a.nodeId, b.nodeId)) a.desk.nodeLost(b.nodeId);
    }
    this.changed();
  }

  heal(nodeId: string): void {
    this.parted.delete(nodeId);
    this.changed();
  }

  /** Every consumer calls each of its partners so many times. */
  serve(calls: number): void {
    for (const { side, agreement } of this.entries()) {
      if (side !== "consumer" || !isOpen(agreement)) continue;
      const before = this.countsOf(agreement);
      const failures = this.bad.has(agreement.provider) ? calls : 0;
      this.served.set(pairKey(agreement), {
        calls: before.calls + calls,
        failures: before.failures + failures,
        late: 0,
        timed: before.timed + calls,
        sumMs: before.sumMs + calls,
      });
    }
  }

  countsOf(agreement: Agreement): ServiceCounts {
    return this.served.get(pairKey(agreement)) ?? { calls: 0, failures: 0, late: 0, timed: 0, sumMs: 0 };
  }

  entries(): readonly PairEntry[] {
    return this.all.flatMap(({ desk }) => [...desk.book.all()]);
  }

  /** What must hold at any time. */
  check(): void {
    for (const node of this.nodes.values()) node.check();
  }

  /** Pairs whose two sides do not stand at the same, with how they stand. */
  disagreements(): ReadonlyMap<string, string> {
    const sides = new Map<string, { consumer?: Agreement; provider?: Agreement }>();
    for (const { side, pair, agreement } of this.entries()) {
      // What ended and was forgotten by the other side is no agreement any more.
      if (agreement.phase !== "dissolved" || sides.has(pair))
        sides.set(pair, { ...sides.get(pair), [side]: agreement });
    }
    for (const { side, pair, agreement } of this.entries()) {
      if (sides.has(pair)) sides.set(pair, { ...sides.get(pair), [side]: agreement });
    }
    return new Map(
      [...sides]
        .filter(([, { consumer, provider }]) => standingOf(consumer) !== standingOf(provider))
        .map(([pair, { consumer, provider }]) => [pair, `${standingOf(consumer)} | ${standingOf(provider)}`]),
    );
  }

  /** Whatever they disagree on now, they do not within the bound, while everything can be heard. */
  async checkAgreement(): Promise<void> {
    const before = this.disagreements();
    await this.clock.advance(3 * HEARTBEAT_MS);
    const still = [...this.disagreements()].filter(([pair, standing]) => before.get(pair) === standing);
    expect(still).toEqual([]);
  }

  close(): void {
    for (const node of this.nodes.values()) node.desk.close();
  }
}

function standingOf(agreement: Agreement | undefined): string {
  if (agreement === undefined) return "unknown";
  const { id, epoch, phase, strained, relationship, terms } = agreement;
  return JSON.stringify({ id, epoch, phase, strained, relationship, terms });
}

export class PartnershipNode {
  readonly lifecycles = new Map<string, Lifecycle>();
  readonly #network: PartnershipNetwork;
  #kinds: readonly EngineKind[];
  /** Agreements of its consumers as they stood at the last check: none goes back. */
  readonly #before = new Map<string, Agreement>();
  #lives = 0;
  #incarnation = 0;
  bus: Bus = createMemoryBus();
  desk: PartnershipDesk;

  constructor(
    network: PartnershipNetwork,
    readonly nodeId: string,
    kinds: readonly EngineKind[],
  ) {
    this.#network = network;
    this.#kinds = kinds;
    for (const { engineId } of kinds) this.lifecycles.set(this.#instance(engineId), "running");
    this.desk = this.#createDesk();
  }

  start(): void {
    this.desk.open();
  }

  /** An engine is another from now on. */
  upgrade(engineId: string, change: Partial<EngineKind>): void {
    this.#kinds = this.#kinds.map((kind) => (kind.engineId === engineId ? { ...kind, ...change } : kind));
    this.#network.changed();
  }

  /** The process is killed and started anew: it remembers nothing, and its clock may have been set back. */
  restart(incarnations = 0): void {
    this.#incarnation += incarnations;
    this.desk.close();
    this.#before.clear();
    this.bus = createMemoryBus();
    for (const id of this.lifecycles.keys()) this.lifecycles.set(id, "running");
    this.desk = this.#createDesk();
    for (const other of this.#network.all) if (other !== this) other.desk.nodeLost(this.nodeId);
    this.desk.open();
    this.#network.changed();
  }

  setLifecycle(instanceId: string, lifecycle: Lifecycle): void {
    this.lifecycles.set(instanceId, lifecycle);
    if (lifecycle !== "running") this.desk.instanceLost(instanceId, `${instanceId} is ${lifecycle}`);
    this.#network.changed();
  }

  identities(): readonly Identity[] {
    return this.#kinds.map((kind) => this.#identity(kind));
  }

  check(): void {
    const { book } = this.desk;
    for (const { engineId, needs, partners } of this.#kinds) {
      const instanceId = this.#instance(engineId);
      expect(book.open(instanceId, "provider").length, `consumers of ${instanceId}`).toBeLessThanOrEqual(partners);
      const providers = book.open(instanceId, "consumer");
      for (const product of needs) {
        const count = providers.filter(({ agreement }) => agreement.products.includes(product)).length;
        // Whoever comes back makes one too many until the next look.
        expect(count, `partners of ${instanceId} for ${product}`).toBeLessThanOrEqual(6);
      }
    }
    for (const { side, pair, agreement } of book.all()) {
      if (side === "provider") continue;
      const before = this.#before.get(pair);
      if (before !== undefined) expect(compareVersions(agreement, before)).toBeGreaterThanOrEqual(0);
      this.#before.set(pair, agreement);
    }
  }

  #instance(engineId: string): string {
    return `${engineId}.1@${this.nodeId}`;
  }

  #identity({ engineId, needs, gives, partners, measured, preferences }: EngineKind): Identity {
    const identity = identityOf(engineId, this.nodeId);
    const lifecycle = this.lifecycles.get(identity.instanceId) ?? "running";
    return {
      ...identity,
      consumes: [...needs],
      publishes: gives.filter((product) => measured?.[product] === undefined),
      operations: Object.entries(measured ?? {}).map(([product, figures]) => operationGiving(product, figures)),
      preferences: [...(preferences ?? [])],
      limits: { ...identity.limits, partners },
      health: { ...identity.health, lifecycle },
    };
  }

  #createDesk(): PartnershipDesk {
    const { nodeId } = this;
    const network = this.#network;
    const { clock } = network;
    this.#incarnation += 1;
    const incarnation = this.#incarnation;
    // Drawn afresh by every process, as real ones do: a clock that was set back repeats incarnations, and no ids.
    this.#lives += 1;
    const ids = createIds(createRandom(`${nodeId}/${this.#lives}`), nodeId);
    const envelopes = createEnvelopeFactory({ nodeId, incarnation, clock, ids });
    return new PartnershipDesk({
      nodeId,
      ids,
      clock,
      bus: forwarding(
        this.bus,
        (topic, envelope) => {
          network.carry(nodeId, topic, envelope);
        },
        nodeId,
      ),
      log: createRecordingLogger(),
      channel: "partnerships",
      heartbeatIntervalMs: HEARTBEAT_MS,
      createEnvelope: (topic, type, data) => envelopes.create(type, data, { topic }),
      incarnation: () => incarnation,
      identities: () => network.identities(nodeId),
      own: (instanceId) => this.identities().find((identity) => identity.instanceId === instanceId),
      isReachable: (other) => network.reaches(nodeId, other),
      measure: () => (agreement) => network.countsOf(agreement),
      onChanged: (agreement) => {
        network.seen.add(agreement.verb);
      },
    });
  }
}

/** What is for the own node is delivered within it; the rest goes over the network. */
function forwarding(own: Bus, carry: (topic: string, envelope: Envelope) => void, nodeId: string): Bus {
  const channel = (name: Parameters<Bus["channel"]>[0]): BusChannel => {
    const within = own.channel(name);
    return {
      name,
      subscribe: (topic, handler, options) => within.subscribe(topic, handler, options),
      publish: (topic, envelope) => {
        if (topic.endsWith(`:${nodeId}`)) return within.publish(topic, envelope);
        carry(topic, envelope);
        return undefined;
      },
    };
  };
  return { ...own, channel };
}

function operationGiving(product: string, measured: Measured): OperationIdentity {
  return {
    id: `GIVE.${product}`,
    name: "give",
    version: 1,
    needs: [],
    uses: [],
    gives: product,
    effects: false,
    source: false,
    inputSchema: {},
    outputSchema: {},
    measured,
  };
}
