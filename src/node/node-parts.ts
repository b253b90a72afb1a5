// Makes the parts of a node and wires each to the others. Nothing runs yet.
import { ActorTree } from "../actors/actor-tree.js";
import { createBreaker } from "../actors/breaker/breaker.js";
import { Coordinator } from "../actors/coordinator/coordinator.js";
import type { EngineHost, EngineHostPorts } from "../actors/engine-host/engine-host.js";
import { Leadership } from "../actors/leadership/leadership.js";
import { ResultBudget } from "../actors/engine-host/result-budget.js";
import type { Bridge } from "../buses/bridge/bridge.js";
import { createBus } from "../buses/create-bus.js";
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { Domain } from "../contracts/domain.js";
import type { EngineDefinition } from "../contracts/engine.js";
import { messageOf } from "../contracts/errors.js";
import type { Feed } from "../contracts/feed.js";
import type { Ids } from "../contracts/ids.js";
import type { Journal } from "../contracts/journal.js";
import type { Logger } from "../contracts/logger.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import type { Pool } from "../contracts/pool.js";
import type { Random } from "../contracts/random.js";
import type { Workflow } from "../contracts/workflow.js";
import { createMemoryJournal } from "../journal/memory-journal.js";
import { containedLogger } from "../kernel/contained-logger.js";
import { drawEntropy } from "../kernel/entropy.js";
import { createEnvelopeFactory, type EnvelopeFactory } from "../kernel/envelope-factory.js";
import { createIds } from "../kernel/ids.js";
import { createLogger } from "../kernel/pino-logger.js";
import { createProcessStats, type ProcessStats } from "../kernel/process-stats.js";
import { createRandom } from "../kernel/seeded-random.js";
import { systemClock } from "../kernel/system-clock.js";
import { Router } from "../routing/router.js";
import { NewcomerCalls } from "./newcomer-calls.js";
import { createBridging } from "./bridging.js";
import { engineEvent } from "./engine-event.js";
import { EngineFleet } from "./engine-fleet.js";
import { EventLog } from "./event-log.js";
import { decideHosting, offerOf, productsOf, type DeclaredProducts } from "./hosting.js";
import { Network } from "./network.js";
import { createNodePool } from "./node-pool.js";
import type { NodeRuntime } from "./node-runtime.js";
import { Partnering } from "./partnering.js";
import { Planning } from "./planning.js";
import { RouteJournal } from "./route-journal.js";
import { Streams } from "./streams.js";

/** Entries that a node without a journal of its own keeps. */
const JOURNAL_ENTRIES = 4096;

/** The parts of one node. Those that need each other meet through its fields, which all exist before anything runs. */
export class NodeParts {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ids: Ids;
  readonly bus: Bus;
  readonly pool: Pool;
  readonly process: ProcessStats;
  readonly domain: Domain;
  readonly workflows: readonly Workflow[];
  readonly feed: Feed | undefined;
  readonly definitions: readonly EngineDefinition[];
  readonly products: DeclaredProducts;
  readonly bridge: Bridge | undefined;
  readonly journal: Journal;
  readonly events: EventLog;
  /** The control plane: every chart but the many small ones is in it. */
  readonly tree: ActorTree;
  readonly results = new ResultBudget();
  readonly router: Router;
  /** What engines here ask of others. */
  readonly newcomer: NewcomerCalls;
  readonly routeJournal: RouteJournal;
  readonly planning: Planning;
  readonly streams: Streams;
  readonly fleet: EngineFleet;
  readonly network: Network;
  readonly partnering: Partnering;
  readonly coordinator: Coordinator;
  /** Absent where the nodes of the network have nothing that they all could ask for the lease. */
  readonly leadership: Leadership | undefined;
  readonly #random: Random;
  readonly #envelopes: EnvelopeFactory;

  /** @throws NautilusError INVALID_INPUT for an engine or feed that this build does not have, or an own engine that is broken */
  constructor(
    readonly options: ResolvedNodeOptions,
    readonly runtime: NodeRuntime,
  ) {
    const entropy = runtime.entropy ?? drawEntropy();
    this.clock = runtime.clock ?? systemClock;
    this.log = containedLogger(runtime.log ?? createLogger(options.logLevel));
    this.nodeId = options.nodeId ?? `node-${entropy.slice(0, 6)}`;
    this.startedAtMs = this.clock.wallMs();
    this.incarnation = Math.floor(this.startedAtMs);
    this.#random = createRandom(options.seed);
    this.ids = createIds(createRandom(entropy), this.nodeId);
    const { nodeId, incarnation, clock, log, ids } = this;
    this.#envelopes = createEnvelopeFactory({ nodeId, incarnation, clock, ids });
    const feedDeps = { options, clock, log, random: this.#random.fork("feed") };
    const offer = offerOf(runtime);
    const { feed, definitions, hosted } = decideHosting(offer, runtime.definitions ?? [], feedDeps);
    this.domain = offer.domain;
    this.workflows = offer.workflows;
    this.feed = feed;
    this.definitions = definitions;
    this.products = productsOf(definitions);
    // It may be refused: before there is anything that somebody would have to end.
    this.bridge = this.#createBridge();
    this.bus =
      runtime.bus ?? createBus(options, { nodeId, incarnation: `${incarnation}-${entropy.slice(0, 6)}`, clock, log });
    this.pool =
      runtime.pool ??
      createNodePool(
        clock,
        hosted.flatMap(({ kernels }) => kernels),
      );
    this.process = runtime.process ?? createProcessStats();
    this.journal = runtime.journal ?? createMemoryJournal(JOURNAL_ENTRIES);
    this.events = new EventLog({ nodeId, clock, log, journal: this.journal });
    this.tree = new ActorTree({
      clock,
      inspect: runtime.inspect,
      onFailed: (actor, error) => {
        log.error({ actor, err: error }, "an actor of the control plane ended by a throw");
        this.events.record({ type: "actor.failed", subject: actor, data: { reason: messageOf(error) } });
      },
    });
    this.router = new Router({
      clock,
      random: this.#random.fork("router"),
      createBreaker: (gate) => createBreaker(gate, clock),
      preferences: { factorsOf: (consumer) => this.partnering.desk.book.factors.factorsOf(consumer) },
    });
    this.newcomer = new NewcomerCalls({ router: this.router, clock: this.clock });
    this.routeJournal = new RouteJournal({ nodeId, records: this.router.records, journal: this.journal });
    this.planning = new Planning(definitions, offer.workflows);
    this.streams = new Streams({
      bus: this.bus,
      clock,
      envelopes: this.#envelopes,
      onPublished: (product, message) => this.bridge?.send(product, message),
    });
    const { replicas, chaos } = options;
    this.fleet = new EngineFleet({ nodeId, definitions: hosted, replicas, chaos, ports: this.#hostPorts() });
    this.network = this.#createNetwork();
    this.leadership = this.#createLeadership();
    this.partnering = this.#createPartnering();
    this.coordinator = this.#createCoordinator();
  }

  /** The planner reads the network anew: it was measured. */
  refreshPlanning(): void {
    this.planning.measuredAnew(() => this.network.identities());
  }

  #hostPorts(): EngineHostPorts {
    const { clock, tree, log, pool, planning, streams } = this;
    return {
      clock,
      tree,
      results: this.results,
      log,
      pool,
      caller: {
        call: (operationId, request, callOptions) => this.newcomer.call(operationId, request, callOptions),
        operationFor: (product, have) => planning.operationFor(product, have),
      },
      // The seed of the node that asks is part of the content key, so that whichever node serves draws the same.
      randomFor: (operationId, seed) => createRandom(`${operationId}/${seed}`),
      publish: (message) => {
        streams.publish(message);
      },
      partnersOf: (instanceId) => this.partnering.partnersOf(instanceId),
      openStreams: (reader, behaviour) => streams.open(reader, behaviour),
      onChanged: (host, change) => {
        this.#hostChanged(host, change);
      },
    };
  }

  #hostChanged(host: EngineHost, { from, to }: { readonly from: string; readonly to: string }): void {
    const { reasons, restarts } = host.health;
    this.events.record({
      type: engineEvent(to),
      subject: host.instanceId,
      data: { from, to, reasons, restarts },
    });
    const { lifecycle } = host;
    if (lifecycle !== "running")
      this.partnering.desk.instanceLost(host.instanceId, `${host.instanceId} is ${lifecycle}`);
    this.network.touch();
  }

  #createBridge(): Bridge | undefined {
    const { nodeId, options, clock, log, products } = this;
    const isMember = (id: string): boolean => id === nodeId || this.network.membership.isAlive(id);
    return createBridging({ nodeId, options, clock, log, products, isMember, streams: () => this.streams });
  }

  #createNetwork(): Network {
    const { nodeId, incarnation, options, bus, clock, tree, ids, log, router, fleet } = this;
    return new Network({
      nodeId,
      incarnation,
      options,
      bus,
      clock,
      tree,
      ids,
      log,
      router,
      fleet,
      createEnvelope: (topic, type, data) => this.#envelopes.create(type, data, { topic }),
      onChanged: () => {
        this.newcomer.networkChanged();
        this.planning.networkChanged(() => this.network.identities());
        this.partnering.desk.networkChanged();
      },
      onMeasured: () => {
        this.refreshPlanning();
        this.partnering.desk.networkChanged();
      },
      onPeer: (peer, status) => {
        if (status === "dead" || status === "left") this.partnering.desk.nodeLost(peer);
        this.events.record({ type: `node.${status}`, subject: peer, data: {} });
      },
    });
  }

  #createPartnering(): Partnering {
    const { nodeId, options, bus, clock, ids, log, network, fleet, router, streams, events } = this;
    return new Partnering({
      nodeId,
      ids,
      options,
      bus,
      clock,
      log,
      router,
      traffic: () => streams.traffic,
      createEnvelope: (topic, type, data) => this.#envelopes.create(type, data, { topic }),
      incarnation: () => network.membership.incarnation,
      identities: () => network.identities(),
      own: (instanceId) => fleet.host(instanceId)?.identity(),
      isReachable: (peer) => peer === nodeId || network.membership.isAlive(peer),
      record: (event) => {
        events.record(event);
      },
    });
  }

  #createCoordinator(): Coordinator {
    const { nodeId, clock, tree, router, planning, events, fleet, domain } = this;
    return new Coordinator({
      nodeId,
      clock,
      tree,
      caller: router,
      runFields: domain.runFields,
      effects: {
        plan: planning.plan,
        isSource: (operationId) => planning.isSource(operationId),
        isDown: (operationId) => (router.route(operationId)?.byKind.make.up.length ?? 0) === 0,
        hasEffects: (operationId) => planning.hasEffects(operationId),
        missed: ({ product, instances, engines }) => {
          // The others go by what they measured themselves.
          const own = fleet.hosts.filter(({ engineId }) => engines.includes(engineId));
          router.missed({ product, instances, consumers: own.map(({ instanceId }) => instanceId) });
        },
        nowMs: () => clock.nowMs(),
      },
      onState: ({ from, to }) => {
        events.record({ type: "node.changed", subject: nodeId, data: { from, to } });
      },
      onRun: ({ runId, workflow, status, durationMs, error }) => {
        const data = { workflow, durationMs, ...(error && { code: error.code }) };
        events.record({ type: `run.${status}`, subject: runId, data });
      },
    });
  }

  #createLeadership(): Leadership | undefined {
    const { nodeId, clock, tree, options, events } = this;
    const { leases } = this.bus;
    if (leases === undefined) return undefined;
    return new Leadership({
      nodeId,
      leases,
      clock,
      tree,
      heartbeatIntervalMs: options.heartbeatIntervalMs,
      onChanged: ({ isLeader, token }) => {
        events.record({ type: isLeader ? "node.leads" : "node.follows", subject: nodeId, data: { token } });
      },
    });
  }
}
