// This node's place in the network: it announces its engines, beats for them, and learns of the others, whatever the order in
// which nodes start. A node alone is a network of one.
import type { Bus } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Identity } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import type { Claim, DiscoveryMessage, Message, StateUpdate } from "../../discovery/messages.js";
import { isGreeter } from "../../discovery/overlay.js";
import { Registry } from "../../discovery/registry.js";
import type { Actor } from "xstate";
import type { ActorTree } from "../actor-tree.js";
import { DiscoveryMail } from "./discovery-mail.js";
import { membershipMachine } from "./membership.machine.js";
import { OwnVoice } from "./own-voice.js";
import type { Peer, PeerStatus, Reaction } from "./peer.js";
import { Peers } from "./peers.js";
import { StateExchange } from "./state-exchange.js";
import { View } from "./view.js";

export interface MembershipOptions {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly tree: ActorTree;
  readonly log: Logger;
  readonly channel: string;
  readonly heartbeatIntervalMs: number;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  /** This node's engines as they are now. */
  readonly localEngines: () => readonly Identity[];
  readonly onChanged: () => void;
  /** An incarnation that is replaced by a later one is told of as dead before that one is as alive. */
  readonly onPeer: (nodeId: string, status: PeerStatus) => void;
}

/** How many times an interval the silence of others is looked at. */
const LOOKS_PER_INTERVAL = 8;
/** At most so many times an interval two nodes compare what they know, and one that did not answer is asked again. */
const COMPARISONS_PER_INTERVAL = 4;

export class Membership {
  readonly registry = new Registry();
  readonly #options: MembershipOptions;
  readonly #peers: Peers;
  readonly #mail: DiscoveryMail;
  readonly #voice: OwnVoice;
  readonly #exchange: StateExchange;
  readonly #view: View;
  #look: TimerHandle | undefined;
  readonly #actor: Actor<typeof membershipMachine>;
  #comparedMs = -Infinity;

  constructor(options: MembershipOptions) {
    const { clock, heartbeatIntervalMs, nodeId } = options;
    this.#options = options;
    this.#peers = new Peers({
      nodeId,
      clock,
      lookEveryMs: heartbeatIntervalMs / LOOKS_PER_INTERVAL,
      onStatus: this.#show,
    });
    this.#mail = new DiscoveryMail({
      ...options,
      incarnation: () => this.incarnation,
      onMessage: this.#handle,
      onOwn: this.#outlive,
    });
    this.#view = new View(this.registry, this.#peers);
    const patienceMs = heartbeatIntervalMs / COMPARISONS_PER_INTERVAL;
    this.#exchange = new StateExchange({ nodeId, clock, registry: this.registry, mail: this.#mail, patienceMs });
    this.#voice = new OwnVoice(options, {
      mail: this.#mail,
      ring: () => this.#peers.ring(),
      neighbours: () => [...this.#peers.neighbours()],
      digest: () => this.#view.digest,
      revision: () => this.registry.revisionOf(nodeId, this.incarnation),
      claimOf: (id) => this.#view.claimOf(id),
      restate: () => this.#restate(),
    });
    this.#actor = options.tree.spawn(membershipMachine, { systemId: "membership", input: undefined });
    this.#actor.start();
  }

  get incarnation(): number {
    return this.#voice.incarnation;
  }

  /** Other nodes and what is believed of them, sorted by id. */
  peers(): readonly Pick<Peer, "nodeId" | "status" | "incarnation">[] {
    return this.#peers.list().map(({ nodeId, status, incarnation }) => ({ nodeId, status, incarnation }));
  }

  /** Neither dead nor gone, as far as is known here. */
  isAlive(nodeId: string): boolean {
    return this.#peers.get(nodeId)?.isPresent === true;
  }

  join(): void {
    this.#actor.send({ type: "JOIN" });
    this.#mail.open();
    const update = this.#restate();
    if (update !== undefined) this.#mail.toAll(this.#voice.announcement(update));
    this.#mail.toAll(this.#comparison([this.#voice.claim()], true));
    this.#voice.begin();
    this.#scheduleLook();
  }

  /** Says goodbye: the others need not find out. */
  leave(): void {
    if (!this.#isJoined) return;
    this.#actor.send({ type: "LEAVE" });
    this.#voice.sayGoodbye();
    this.#voice.end();
    this.#exchange.close();
    this.#mail.close();
    if (this.#look !== undefined) this.#options.clock.clearTimeout(this.#look);
    this.#peers.stop();
  }

  /** Something of this node's engines changed: it is announced at once, changes in quick succession together. */
  touch(): void {
    if (this.#isJoined) this.#voice.changed();
  }

  /** Calls to the node failed or stall: it is asked whether it lives, and is dead sooner if it does not answer. */
  doubt(nodeId: string): void {
    const peer = this.#peers.get(nodeId);
    if (this.#isJoined && peer?.doubt(this.#options.clock.nowMs()) === true) this.#ask(peer);
  }

  get #isJoined(): boolean {
    return this.#actor.getSnapshot().matches("joined");
  }

  #restate(): StateUpdate | undefined {
    const { nodeId, localEngines } = this.#options;
    const update = this.#exchange.restate(this.incarnation, localEngines());
    if (update === undefined) return undefined;
    this.#view.noteRevision(nodeId, update.incarnation);
    this.#options.onChanged();
    return update;
  }

  #scheduleLook(): void {
    const { clock, heartbeatIntervalMs } = this.#options;
    this.#look = clock.setTimeout(() => {
      for (const { peer, finding } of this.#peers.look()) {
        if (finding !== "dead") this.#ask(peer);
        if (finding !== "ask") this.#voice.pass(peer.nodeId);
      }
      this.#voice.arm();
      this.#scheduleLook();
    }, heartbeatIntervalMs / LOOKS_PER_INTERVAL);
  }

  readonly #show = (peer: Peer, status: PeerStatus): void => {
    const { onChanged, onPeer } = this.#options;
    const { nodeId, isPresent } = peer;
    this.#view.note(peer);
    if (!isPresent) this.#exchange.forget(nodeId);
    if (!isPresent && this.registry.remove(nodeId)) onChanged();
    this.#voice.quicken();
    queueMicrotask(() => {
      if (this.#isJoined) this.#mail.hearAll(isGreeter(this.#options.nodeId, this.#peers.ring()));
    });
    onPeer(nodeId, status);
  };

  readonly #handle = (message: DiscoveryMessage): void => {
    switch (message.type) {
      case "discovery.announced":
        this.#learn(message);
        break;
      case "discovery.heartbeat":
        this.#hearBeat(message);
        break;
      case "discovery.compared":
        this.#compare(message);
        break;
      case "discovery.stateRequested":
        this.#exchange.answer(message);
        break;
      case "discovery.stateTold":
        for (const update of message.updates) this.#apply(update, message.nodeId);
        break;
      case "discovery.suspected":
        if (message.suspect !== this.#options.nodeId) break;
        if (message.incarnation > this.incarnation) this.#outlive(message.incarnation);
        else this.#voice.answer(message.nodeId);
        break;
      case "discovery.left":
        this.#peers.left(message.nodeId, message.incarnation);
    }
  };

  #learn(message: Message<"discovery.announced">): void {
    const peer = this.#speaker(message);
    if (peer === undefined) return;
    this.#react(peer, peer.heard(message, this.#options.clock.nowMs()));
    this.#apply(message.update, message.nodeId);
  }

  #hearBeat(message: Message<"discovery.heartbeat">): void {
    const peer = this.#speaker(message);
    if (peer === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    this.#react(peer, message.lagging ? peer.lagging(message, nowMs) : peer.heard(message, nowMs, true));
    if (!peer.isPresent) return;
    this.#exchange.wants(peer.nodeId, message);
    for (const claim of message.news) this.#consider(claim, peer.nodeId);
    // Those who pass news on differ for a moment.
    if (message.news.length === 0 && message.digest !== this.#view.digest) this.#offerComparison(peer.nodeId);
  }

  /** Who speaks, unless it is a past incarnation: that is told so, as otherwise nobody would listen to it for ever. */
  #speaker({
    nodeId,
    incarnation,
    intervalMs,
  }: Pick<Claim, "nodeId" | "incarnation" | "intervalMs">): Peer | undefined {
    const peer = this.#peers.of(nodeId, incarnation, intervalMs);
    const later = peer === undefined ? this.#peers.get(nodeId) : undefined;
    if (later?.mayRebuke(this.#options.clock.nowMs()) === true) this.#ask(later);
    return peer;
  }

  #apply(update: StateUpdate, teller: string): void {
    const peer = this.#peers.get(update.nodeId);
    if (peer?.isPresent !== true || peer.incarnation !== update.incarnation) return;
    const applied = this.registry.apply(update);
    if (applied === "gap") this.#exchange.wants(teller, update);
    if (applied !== "changed") return;
    this.#view.note(peer);
    this.#voice.relay(peer.nodeId);
    this.#options.onChanged();
  }

  #offerComparison(nodeId: string): void {
    const { clock, heartbeatIntervalMs } = this.#options;
    if (clock.nowMs() - this.#comparedMs < heartbeatIntervalMs / COMPARISONS_PER_INTERVAL) return;
    this.#comparedMs = clock.nowMs();
    this.#mail.to(nodeId, this.#comparison([this.#voice.claim(), ...this.#view.claims()], true));
  }

  #compare({ nodeId, claims, answer }: Message<"discovery.compared">): void {
    for (const claim of claims) this.#consider(claim, nodeId);
    if (!answer) return;
    const better = this.#view.better(claims, this.#voice.claim());
    if (better.length > 0) this.#mail.to(nodeId, this.#comparison(better, false));
  }

  #consider(claim: Claim, teller: string): void {
    if (claim.nodeId === this.#options.nodeId) {
      this.#object(claim);
      return;
    }
    const known = this.#peers.get(claim.nodeId);
    const isPresent = claim.status === "alive" || claim.status === "suspect";
    const isNew = known === undefined || claim.incarnation > known.incarnation;
    if (known !== undefined && claim.incarnation < known.incarnation) this.#react(known, "counter");
    if (isNew && claim.status === "left" && this.#peers.left(claim.nodeId, claim.incarnation))
      this.#voice.relay(claim.nodeId);
    if (isNew && !isPresent) return;
    const peer = this.#peers.of(claim.nodeId, claim.incarnation, claim.intervalMs);
    if (peer === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    this.#react(peer, claim.nodeId === teller ? peer.heard(claim, nowMs) : peer.consider(claim, nowMs));
    if (peer.isPresent) this.#exchange.wants(teller, claim);
  }

  /** What others say of this node; where a later incarnation lives as they say, that one speaks for itself. */
  #object({ status, incarnation }: Claim): void {
    if (status === "alive") return;
    if (incarnation > this.incarnation) this.#outlive(incarnation);
    else if (incarnation === this.incarnation) this.#voice.speakUp();
  }

  #react(peer: Peer, reaction: Reaction): void {
    if (reaction === "counter") this.#voice.pass(peer.nodeId);
    if (reaction === "news" || reaction === "newsAndAsk") this.#voice.relay(peer.nodeId, true);
    if (reaction === "newsAndAsk") this.#ask(peer);
  }

  #ask(peer: Peer): void {
    peer.asked(this.#options.clock.nowMs());
    const { nodeId: suspect, incarnation, aliveAtMs } = peer;
    const { nodeId } = this.#options;
    this.#mail.to(suspect, { type: "discovery.suspected", nodeId, suspect, incarnation, aliveAtMs });
  }

  readonly #outlive = (incarnation: number): void => {
    if (this.#voice.outlive(incarnation)) this.#restate();
  };

  #comparison(claims: Claim[], answer: boolean): Message<"discovery.compared"> {
    return { type: "discovery.compared", nodeId: this.#options.nodeId, claims, answer };
  }
}
