// Memberships on one virtual clock whose network loses, delays and repeats messages and can be parted, and whose event loops can
// be blocked or end. Each node has a pulse that its event loop does not hold up, as one on a thread of its own would be.
import { createTestTree } from "./actor-tree.js";
import { Membership } from "../../src/actors/membership/membership.js";
import { createMemoryBus } from "../../src/buses/memory-bus.js";
import type { Bus, BusChannel, Pulse, PulseSpeech } from "../../src/contracts/bus.js";
import type { Clock, TimerHandle } from "../../src/contracts/clock.js";
import type { Envelope } from "../../src/contracts/envelope.js";
import { createEnvelopeFactory } from "../../src/kernel/envelope-factory.js";
import { createIds } from "../../src/kernel/ids.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../src/kernel/virtual-clock.js";
import { createRecordingLogger } from "../unit/actors/support/recording-logger.js";
import { identityOf } from "../unit/discovery/identities.js";

const CHANNEL = "nautilus:engine_discovery";

export interface Faults {
  /** Shares of the deliveries. */
  readonly drop: number;
  readonly duplicate: number;
  readonly maxDelayMs: number;
}

export const NO_FAULTS: Faults = { drop: 0, duplicate: 0, maxDelayMs: 0 };

export class MembershipNetwork {
  readonly clock = new VirtualClock();
  readonly heartbeatIntervalMs: number;
  readonly pulses: boolean;
  /** Running ones, by id. */
  readonly nodes = new Map<string, NetworkNode>();
  readonly bus = createMemoryBus();
  faults: Faults = NO_FAULTS;
  deliveries = 0;
  /** Nodes answered each other without end; everything was stopped then. */
  storm: string | undefined;
  readonly #random = createRandom("network");
  #instant = { atMs: 0, deliveries: 0 };
  #cut: (from: string, to: string) => boolean = () => false;

  constructor({ heartbeatIntervalMs = 1_000, pulses = true } = {}) {
    this.heartbeatIntervalMs = heartbeatIntervalMs;
    this.pulses = pulses;
  }

  start(nodeId: string, incarnation = 1): NetworkNode {
    const node = new NetworkNode(this, nodeId, incarnation);
    this.nodes.set(nodeId, node);
    node.membership.join();
    return node;
  }

  node(nodeId: string): NetworkNode {
    const node = this.nodes.get(nodeId);
    if (node === undefined) throw new RangeError(`no node ${nodeId} runs`);
    return node;
  }

  /** It ends without a word. */
  crash(nodeId: string): void {
    this.node(nodeId).loop.end();
    this.nodes.delete(nodeId);
  }

  leave(nodeId: string): void {
    this.node(nodeId).membership.leave();
    this.crash(nodeId);
  }

  /** Nodes hear each other only within their side. */
  part(side: (nodeId: string) => unknown): void {
    this.#cut = (from, to) => side(from) !== side(to);
  }

  /** What one says the other does not hear, and nothing else is lost. */
  cutLink(from: string, to: string): void {
    this.#cut = (sender, hearer) => sender === from && hearer === to;
  }

  heal(): void {
    this.#cut = () => false;
  }

  /** Everybody stops, in good order. */
  stop(): void {
    for (const nodeId of [...this.nodes.keys()]) this.leave(nodeId);
  }

  #expectNoStorm({ type, source }: Envelope): void {
    const nowMs = this.clock.nowMs();
    if (nowMs !== this.#instant.atMs) this.#instant = { atMs: nowMs, deliveries: 0 };
    this.#instant.deliveries += 1;
    if (this.#instant.deliveries < STORM) return;
    this.storm ??= `at ${nowMs}: the last is ${type} of ${source}`;
    for (const node of this.nodes.values()) node.loop.end();
  }

  deliver(message: Envelope, to: NetworkNode, handle: () => void): void {
    if (this.#cut(message.source, to.nodeId)) return;
    const { drop, duplicate, maxDelayMs } = this.faults;
    const times = 1 + (duplicate > 0 && this.#random.next() < duplicate ? 1 : 0);
    for (let time = 0; time < times; time += 1) {
      if (drop > 0 && this.#random.next() < drop) continue;
      this.deliveries += 1;
      this.#expectNoStorm(message);
      if (maxDelayMs === 0) to.loop.run(handle);
      else this.clock.setTimeout(() => to.loop.run(handle), this.#random.next() * maxDelayMs);
    }
  }
}

/** Far more than nodes have to say at one instant. */
const STORM = 20_000;

export class NetworkNode {
  readonly log = createRecordingLogger();
  /** What it was told of others, in order: `id status`. */
  readonly seen: string[] = [];
  readonly loop: EventLoop;
  readonly membership: Membership;
  engines: readonly string[] = ["E"];

  constructor(
    readonly network: MembershipNetwork,
    readonly nodeId: string,
    incarnation: number,
  ) {
    const { clock, heartbeatIntervalMs } = network;
    this.loop = new EventLoop(clock);
    const ids = createIds(createRandom(`${nodeId} ${incarnation}`), nodeId);
    const envelopes = createEnvelopeFactory({ nodeId, incarnation, clock, ids });
    this.membership = new Membership({
      nodeId,
      incarnation,
      bus: this.#wire(network),
      clock: this.loop,
      tree: createTestTree(this.loop),
      log: this.log,
      channel: CHANNEL,
      heartbeatIntervalMs,
      createEnvelope: (topic, type, data): Envelope => envelopes.create(type, data, { topic }),
      localEngines: () => this.engines.map((engine) => identityOf(engine, nodeId)),
      onChanged: () => undefined,
      onPeer: (peer, status) => this.seen.push(`${peer} ${status}`),
    });
  }

  get known(): readonly string[] {
    return this.membership.registry.identities().map(({ instanceId }) => instanceId);
  }

  status(nodeId: string): string | undefined {
    return this.membership.peers().find((peer) => peer.nodeId === nodeId)?.status;
  }

  #wire(network: MembershipNetwork): Bus {
    const channel = network.bus.channel("engineLogic");
    const wire: BusChannel = {
      name: "engineLogic",
      publish: (topic, message) => (this.loop.hasEnded ? undefined : channel.publish(topic, message)),
      subscribe: (topic, handler, options) =>
        channel.subscribe(
          topic,
          (message) => {
            network.deliver(message, this, () => void handler(message as Parameters<typeof handler>[0]));
          },
          options,
        ),
    };
    const createPulse = (): Pulse => new SimulatedPulse(network.clock, this.loop, wire);
    return { ...network.bus, channel: () => wire, ...(network.pulses && { createPulse }) };
  }
}

/** A clock whose timers, and with them all that a node does, wait while the event loop is blocked. */
class EventLoop implements Clock {
  hasEnded = false;
  readonly #clock: VirtualClock;
  readonly #waiting: (() => void)[] = [];
  #blocked = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer = { isLive: true, inner: undefined as TimerHandle | undefined };
    timer.inner = this.#clock.setTimeout(() => {
      this.run(() => {
        if (timer.isLive) callback();
      });
    }, delayMs);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as { isLive: boolean; inner: TimerHandle };
    timer.isLive = false;
    this.#clock.clearTimeout(timer.inner);
  }

  run(task: () => void): void {
    if (this.hasEnded) return;
    if (this.#blocked) this.#waiting.push(task);
    else task();
  }

  block(ms: number): void {
    this.#blocked = true;
    this.#clock.setTimeout(() => {
      this.#blocked = false;
      for (const task of this.#waiting.splice(0)) this.run(task);
    }, ms);
  }

  end(): void {
    this.hasEnded = true;
  }
}

/** Speaks as its port says, on the clock of the network. */
class SimulatedPulse implements Pulse {
  readonly #clock: VirtualClock;
  readonly #loop: EventLoop;
  readonly #wire: BusChannel;
  #timer: TimerHandle | undefined;
  #said = 0;

  constructor(clock: VirtualClock, loop: EventLoop, wire: BusChannel) {
    this.#clock = clock;
    this.#loop = loop;
    this.#wire = wire;
  }

  arm(speech: PulseSpeech): void {
    this.disarm();
    this.#schedule(speech, this.#clock.nowMs());
  }

  disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(speech: PulseSpeech, armedMs: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      const sinceMs = this.#clock.nowMs() - armedMs;
      if (this.#loop.hasEnded || sinceMs > speech.forMs) return;
      const { message, topics } = speech;
      const aliveAtMs = message.data.aliveAtMs + Math.floor(sinceMs);
      const envelope = { ...message, id: `${message.id}+${(this.#said += 1)}`, data: { ...message.data, aliveAtMs } };
      for (const topic of topics) void this.#wire.publish(topic, envelope);
      this.#schedule(speech, armedMs);
    }, speech.everyMs);
  }
}
