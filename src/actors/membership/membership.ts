// This node's place in the network: it announces its engines, beats for them, and learns of the others, whatever the order in
// which nodes start. A node alone is a network of one.
import { createActor, type Actor } from "xstate";
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Identity } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import { ArrivalHistory } from "../../discovery/failure-detector.js";
import { DiscoveryMessageSchema, type DiscoveryMessage, type NodeState } from "../../discovery/messages.js";
import { Registry } from "../../discovery/registry.js";
import { peerMachine } from "./peer.machine.js";

export type PeerStatus = "alive" | "suspect" | "dead" | "left";

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
  readonly onPeer: (nodeId: string, status: PeerStatus) => void;
}

interface Peer {
  incarnation: number;
  readonly arrivals: ArrivalHistory;
  readonly actor: Actor<typeof peerMachine>;
  askedMs: number;
}

/** How many times an interval the silence of others is looked at. */
const CHECKS_PER_INTERVAL = 8;
/** A node is asked for its state at most this many times an interval. */
const ASKS_PER_INTERVAL = 4;
/** Messages on the discovery channel that may wait for this node. */
const QUEUE = 4096;
const MAX_PEERS = 1024;

type Beat = Extract<DiscoveryMessage, { type: "discovery.heartbeat" }>;

export class Membership {
  readonly registry = new Registry();
  readonly #options: MembershipOptions;
  readonly #peers = new Map<string, Peer>();
  #incarnation: number;
  #revision = 0;
  #subscription: Subscription | undefined;
  #beat: TimerHandle | undefined;
  #check: TimerHandle | undefined;
  #checkedMs = 0;
  #announcing = false;
  #joined = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#incarnation = options.incarnation;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** Other nodes and what is believed of them, sorted by id. */
  peers(): readonly { readonly nodeId: string; readonly status: PeerStatus }[] {
    return [...this.#peers]
      .map(([nodeId, { actor }]) => ({ nodeId, status: actor.getSnapshot().value as PeerStatus }))
      .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  }

  join(): void {
    const { bus, channel, clock } = this.#options;
    this.#joined = true;
    this.#subscription = bus.channel("engineLogic").subscribe(
      channel,
      (message: Envelope) => {
        this.#receive(message);
      },
      { name: "membership", queue: QUEUE },
    );
    this.#checkedMs = clock.nowMs();
    this.#announce();
    this.#send({ type: "discovery.stateRequested", nodeId: this.#options.nodeId });
    this.#scheduleBeat();
    this.#scheduleCheck();
  }

  /** Says goodbye: the others need not find out. */
  leave(): void {
    if (!this.#joined) return;
    this.#joined = false;
    const { nodeId, clock } = this.#options;
    this.#send({ type: "discovery.left", nodeId, incarnation: this.#incarnation });
    this.#subscription?.close();
    if (this.#beat !== undefined) clock.clearTimeout(this.#beat);
    if (this.#check !== undefined) clock.clearTimeout(this.#check);
    for (const { actor } of this.#peers.values()) actor.stop();
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
    this.#send({ type: "discovery.announced", state });
    this.#options.onChanged();
  }

  #localState(): NodeState {
    const { nodeId, localEngines } = this.#options;
    return { nodeId, incarnation: this.#incarnation, revision: this.#revision, engines: localEngines() };
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
    this.#send({
      type: "discovery.heartbeat",
      nodeId,
      incarnation: this.#incarnation,
      revision: this.#revision,
      intervalMs,
    });
  }

  #scheduleCheck(): void {
    const { clock, heartbeatIntervalMs } = this.#options;
    const everyMs = heartbeatIntervalMs / CHECKS_PER_INTERVAL;
    this.#check = clock.setTimeout(() => {
      this.#checkPeers(everyMs);
      this.#scheduleCheck();
    }, everyMs);
  }

  #checkPeers(everyMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    // What was late here was this node: the others may have spoken all the while.
    const ownLagMs = nowMs - this.#checkedMs - everyMs;
    this.#checkedMs = nowMs;
    for (const [nodeId, peer] of this.#peers) {
      if (ownLagMs > everyMs) peer.arrivals.forgive(ownLagMs);
      const verdict = peer.arrivals.verdict(nowMs);
      if (verdict === "alive") continue;
      const before = peer.actor.getSnapshot().value;
      peer.actor.send({ type: verdict === "dead" ? "DECLARED_DEAD" : "SUSPECTED" });
      if (verdict === "suspect" && before === "alive") this.#doubt(nodeId, peer.incarnation);
    }
  }

  #doubt(suspect: string, incarnation: number): void {
    this.#send({ type: "discovery.suspected", nodeId: this.#options.nodeId, suspect, incarnation });
  }

  #receive({ data, source, incarnation }: Envelope): void {
    if (source === this.#options.nodeId) {
      if (incarnation > this.#incarnation) this.#outlive(incarnation);
      return;
    }
    const parsed = DiscoveryMessageSchema.safeParse(data);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      this.#options.log.warn({ source, path: issue?.path.join(".") }, `discovery message refused: ${issue?.message}`);
      return;
    }
    (this.#handlers[parsed.data.type] as (message: DiscoveryMessage) => void)(parsed.data);
  }

  /** An earlier start of this node claims a later incarnation (its clock was ahead): only a still later one is believed. */
  #outlive(incarnation: number): void {
    const { nodeId, log } = this.#options;
    log.warn({ nodeId, incarnation }, "another incarnation of this node was heard: is the node id used twice?");
    this.#incarnation = incarnation + 1;
    this.touch();
  }

  /** The peer, where what it says counts: not a past incarnation, not one that left. */
  #peerOf(nodeId: string, incarnation: number): Peer | undefined {
    const known = this.#peers.get(nodeId);
    if (known === undefined || incarnation > known.incarnation) return this.#meet(nodeId, incarnation);
    if (incarnation < known.incarnation || known.actor.getSnapshot().status === "done") return undefined;
    return known;
  }

  #meet(nodeId: string, incarnation: number): Peer | undefined {
    const { clock, heartbeatIntervalMs, onPeer } = this.#options;
    this.#peers.get(nodeId)?.actor.stop();
    this.#peers.delete(nodeId);
    if (this.#peers.size >= MAX_PEERS && !this.#forgetOne()) return undefined;
    const actor = createActor(peerMachine);
    const peer: Peer = {
      incarnation,
      arrivals: new ArrivalHistory(clock.nowMs(), heartbeatIntervalMs),
      actor,
      askedMs: -Infinity,
    };
    this.#peers.set(nodeId, peer);
    let shown: unknown;
    actor.subscribe(({ value }) => {
      if (value === shown) return;
      shown = value;
      if (value === "dead" || value === "left") this.#lose(nodeId);
      onPeer(nodeId, value as PeerStatus);
    });
    actor.start();
    return peer;
  }

  /** Makes room by forgetting one that is gone. */
  #forgetOne(): boolean {
    const gone = [...this.#peers].find(([, { actor }]) => ["dead", "left"].includes(actor.getSnapshot().value));
    if (gone === undefined) return false;
    gone[1].actor.stop();
    return this.#peers.delete(gone[0]);
  }

  #lose(nodeId: string): void {
    if (this.registry.remove(nodeId)) this.#options.onChanged();
  }

  #learn(state: NodeState): void {
    const peer = this.#peerOf(state.nodeId, state.incarnation);
    if (peer === undefined) return;
    peer.arrivals.heard(this.#options.clock.nowMs());
    peer.actor.send({ type: "HEARD" });
    if (this.registry.apply(state)) this.#options.onChanged();
  }

  #hearBeat({ nodeId, incarnation, revision, intervalMs }: Beat): void {
    const peer = this.#peerOf(nodeId, incarnation);
    if (peer === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    peer.arrivals.beat(nowMs, intervalMs);
    peer.actor.send({ type: "HEARD" });
    if (this.registry.isCurrent(nodeId, incarnation, revision)) return;
    if (nowMs - peer.askedMs < intervalMs / ASKS_PER_INTERVAL) return;
    peer.askedMs = nowMs;
    this.#send({ type: "discovery.stateRequested", nodeId: this.#options.nodeId, of: nodeId });
  }

  #part(nodeId: string, incarnation: number): void {
    const peer = this.#peers.get(nodeId);
    if (peer !== undefined && incarnation >= peer.incarnation) peer.actor.send({ type: "LEFT" });
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

  readonly #handlers: { readonly [M in DiscoveryMessage as M["type"]]: (message: M) => void } = {
    "discovery.announced": ({ state }) => {
      this.#learn(state);
    },
    "discovery.heartbeat": (beat) => {
      this.#hearBeat(beat);
    },
    "discovery.stateRequested": ({ of }) => {
      if (of === undefined || of === this.#options.nodeId) {
        this.#send({ type: "discovery.announced", state: this.#localState() });
      }
    },
    "discovery.suspected": ({ suspect }) => {
      if (suspect === this.#options.nodeId) this.#sendBeat();
    },
    "discovery.left": ({ nodeId, incarnation }) => {
      this.#part(nodeId, incarnation);
    },
  };
}
