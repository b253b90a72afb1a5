// This node's place in the network: it announces its engines, beats for them, and learns of the others, whatever the order in
// which nodes start. A node alone is a network of one.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Identity } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import { DiscoveryMessageSchema, type DiscoveryMessage, type NodeState } from "../../discovery/messages.js";
import { Registry } from "../../discovery/registry.js";
import { Peers, type PeerStatus } from "./peers.js";

export interface MembershipOptions {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly channel: string;
  readonly heartbeatIntervalMs: number;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  /** This node's engines as they are now. */
  readonly localEngines: () => Identity[];
  readonly onChanged: () => void;
  /** An incarnation that is replaced by a later one is told of as dead before that one is as alive. */
  readonly onPeer: (nodeId: string, status: PeerStatus) => void;
}

/** How many times an interval the silence of others is looked at. */
const LOOKS_PER_INTERVAL = 8;
/** Messages on the discovery channel that may wait for this node. */
const QUEUE = 4096;

type Message<T extends DiscoveryMessage["type"]> = Extract<DiscoveryMessage, { type: T }>;

export class Membership {
  readonly registry = new Registry();
  readonly #options: MembershipOptions;
  readonly #peers: Peers;
  #incarnation: number;
  #revision = 0;
  #subscription: Subscription | undefined;
  #beat: TimerHandle | undefined;
  #look: TimerHandle | undefined;
  #announcing = false;
  #joined = false;

  constructor(options: MembershipOptions) {
    const { clock, heartbeatIntervalMs } = options;
    this.#options = options;
    this.#incarnation = options.incarnation;
    this.#peers = new Peers({
      clock,
      lookEveryMs: heartbeatIntervalMs / LOOKS_PER_INTERVAL,
      onStatus: (nodeId, status) => {
        this.#show(nodeId, status);
      },
    });
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** Other nodes and what is believed of them, sorted by id. */
  peers(): readonly { readonly nodeId: string; readonly status: PeerStatus }[] {
    return this.#peers.list();
  }

  /** Neither dead nor gone, as far as is known here. */
  isAlive(nodeId: string): boolean {
    const status = this.#peers.status(nodeId);
    return status === "alive" || status === "suspect";
  }

  join(): void {
    const { bus, channel } = this.#options;
    this.#joined = true;
    this.#subscription = bus.channel("engineLogic").subscribe(
      channel,
      (message: Envelope) => {
        this.#receive(message);
      },
      { name: "membership", queue: QUEUE },
    );
    this.#announce();
    this.#send({ type: "discovery.stateRequested", nodeId: this.#options.nodeId });
    this.#scheduleBeat();
    this.#scheduleLook();
  }

  /** Says goodbye: the others need not find out. */
  leave(): void {
    if (!this.#joined) return;
    this.#joined = false;
    const { nodeId, clock } = this.#options;
    this.#send({ type: "discovery.left", nodeId, incarnation: this.#incarnation });
    this.#subscription?.close();
    if (this.#beat !== undefined) clock.clearTimeout(this.#beat);
    if (this.#look !== undefined) clock.clearTimeout(this.#look);
    this.#peers.stop();
  }

  /** Something of this node's engines changed: changes of one turn of the event loop are announced together. */
  touch(): void {
    if (!this.#joined || this.#announcing) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      if (this.#joined) this.#announce();
    });
  }

  #announce(): void {
    this.#revision += 1;
    const state = this.#localState();
    this.registry.apply(state);
    this.#sendState(state);
    this.#options.onChanged();
  }

  #localState(): NodeState {
    const { nodeId, localEngines } = this.#options;
    return { nodeId, incarnation: this.#incarnation, revision: this.#revision, engines: localEngines() };
  }

  #sendState(state: NodeState): void {
    this.#send({ type: "discovery.announced", state, intervalMs: this.#options.heartbeatIntervalMs });
  }

  #scheduleBeat(): void {
    const { clock, heartbeatIntervalMs } = this.#options;
    this.#beat = clock.setTimeout(() => {
      this.#sendBeat();
      this.#scheduleBeat();
    }, heartbeatIntervalMs);
  }

  #sendBeat(): void {
    const { nodeId, heartbeatIntervalMs: intervalMs } = this.#options;
    const [incarnation, revision] = [this.#incarnation, this.#revision];
    this.#send({ type: "discovery.heartbeat", nodeId, incarnation, revision, intervalMs });
  }

  #scheduleLook(): void {
    const { clock, heartbeatIntervalMs, nodeId } = this.#options;
    this.#look = clock.setTimeout(() => {
      for (const { nodeId: suspect, incarnation } of this.#peers.look()) {
        this.#send({ type: "discovery.suspected", nodeId, suspect, incarnation });
      }
      this.#scheduleLook();
    }, heartbeatIntervalMs / LOOKS_PER_INTERVAL);
  }

  #receive({ data, source, incarnation }: Envelope): void {
    if (source === this.#options.nodeId) {
      this.#outlive(incarnation);
      return;
    }
    const parsed = DiscoveryMessageSchema.safeParse(data);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      this.#options.log.warn({ source, path: issue?.path.join(".") }, `discovery message refused: ${issue?.message}`);
      return;
    }
    this.#handle(parsed.data);
  }

  /**
   * Another start of this node claims a later incarnation (its clock was ahead): only a still later one is believed. It is
   * claimed with the next heartbeat and not at once, so that two nodes of one name do not outbid each other without end.
   */
  #outlive(incarnation: number): void {
    if (incarnation <= this.#incarnation) return;
    const { nodeId, log } = this.#options;
    log.warn({ nodeId, incarnation }, "another incarnation of this node was heard: is the node id used twice?");
    this.#incarnation = incarnation + 1;
  }

  #show(nodeId: string, status: PeerStatus): void {
    const { onChanged, onPeer } = this.#options;
    if ((status === "dead" || status === "left") && this.registry.remove(nodeId)) onChanged();
    onPeer(nodeId, status);
  }

  #learn({ state, intervalMs }: Message<"discovery.announced">): void {
    const peer = this.#peers.speaking(state.nodeId, state.incarnation, intervalMs);
    if (peer === undefined) {
      this.#tellPast(state.nodeId, state.incarnation, intervalMs);
      return;
    }
    peer.arrivals.heard(this.#options.clock.nowMs(), intervalMs);
    peer.tell("HEARD");
    if (this.registry.apply(state)) this.#options.onChanged();
  }

  #hearBeat({ nodeId, incarnation, revision, intervalMs }: Message<"discovery.heartbeat">): void {
    const peer = this.#peers.speaking(nodeId, incarnation, intervalMs);
    if (peer === undefined) {
      this.#tellPast(nodeId, incarnation, intervalMs);
      return;
    }
    const nowMs = this.#options.clock.nowMs();
    peer.arrivals.beat(nowMs, intervalMs);
    peer.tell("HEARD");
    if (this.registry.isCurrent(nodeId, incarnation, revision) || !peer.mayAsk(nowMs, intervalMs)) return;
    this.#send({ type: "discovery.stateRequested", nodeId: this.#options.nodeId, of: nodeId });
  }

  /** A node that speaks as an earlier incarnation than is known hears so: nobody would listen to it for ever. */
  #tellPast(suspect: string, incarnation: number, intervalMs: number): void {
    const later = this.#peers.laterThan(suspect, incarnation, intervalMs);
    if (later === undefined) return;
    this.#send({ type: "discovery.suspected", nodeId: this.#options.nodeId, suspect, incarnation: later });
  }

  #send(message: DiscoveryMessage): void {
    const { bus, channel, createEnvelope, log } = this.#options;
    const envelope = { ...createEnvelope(channel, message.type, message), incarnation: this.#incarnation };
    bus
      .channel("engineLogic")
      .publish(channel, envelope)
      ?.catch((error: unknown) => {
        log.warn(
          { err: error, type: message.type },
          "a discovery message was not taken; the next heartbeat makes up for it",
        );
      });
  }

  #handle(message: DiscoveryMessage): void {
    const { nodeId } = this.#options;
    switch (message.type) {
      case "discovery.announced":
        this.#learn(message);
        break;
      case "discovery.heartbeat":
        this.#hearBeat(message);
        break;
      case "discovery.stateRequested":
        if (message.of === undefined || message.of === nodeId) this.#sendState(this.#localState());
        break;
      case "discovery.suspected":
        if (message.suspect !== nodeId) break;
        if (message.incarnation > this.#incarnation) this.#outlive(message.incarnation);
        else this.#sendBeat();
        break;
      case "discovery.left":
        this.#peers.left(message.nodeId, message.incarnation);
    }
  }
}
