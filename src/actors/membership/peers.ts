// What this node believes of each other node: a bounded table of peers, moved by what is heard of them and by their silence.
import { createActor, type Actor } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import { ArrivalHistory } from "../../discovery/failure-detector.js";
import { peerMachine } from "./peer.machine.js";

export type PeerStatus = "alive" | "suspect" | "dead" | "left";

export interface PeersOptions {
  readonly clock: Clock;
  /** How late this node itself is with looking, before others are forgiven their silence. */
  readonly lookEveryMs: number;
  readonly onStatus: (nodeId: string, status: PeerStatus) => void;
}

const MAX_PEERS = 1024;
/** A node is asked for its state at most this many times an interval. */
const ASKS_PER_INTERVAL = 4;

export class Peers {
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  #lookedMs: number;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#lookedMs = options.clock.nowMs();
  }

  status(nodeId: string): PeerStatus | undefined {
    return this.#peers.get(nodeId)?.status;
  }

  /** Sorted by node id. */
  list(): readonly { readonly nodeId: string; readonly status: PeerStatus }[] {
    return [...this.#peers.values()]
      .map(({ nodeId, status }) => ({ nodeId, status }))
      .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  }

  /** The peer, where what it says counts: not a past incarnation, not one that left, and not one too many. */
  speaking(nodeId: string, incarnation: number, intervalMs: number): Peer | undefined {
    const known = this.#peers.get(nodeId);
    if (known === undefined || incarnation > known.incarnation) return this.#meet(nodeId, incarnation, intervalMs);
    return incarnation < known.incarnation || known.status === "left" ? undefined : known;
  }

  /**
   * The later incarnation that is known of a node which speaks as an earlier one, to be told to it: it may have been started
   * anew with its clock set back. Undefined where there is none, where that one still speaks, or where it was told just now.
   */
  laterThan(nodeId: string, incarnation: number, intervalMs: number): number | undefined {
    const known = this.#peers.get(nodeId);
    if (known === undefined || incarnation >= known.incarnation || known.status === "alive") return undefined;
    return known.mayAsk(this.#options.clock.nowMs(), intervalMs) ? known.incarnation : undefined;
  }

  left(nodeId: string, incarnation: number): void {
    const peer = this.#peers.get(nodeId);
    if (peer !== undefined && incarnation >= peer.incarnation) peer.tell("LEFT");
  }

  /** Called at an even pace; answers with those that are newly suspected. */
  look(): readonly Peer[] {
    const { clock, lookEveryMs } = this.#options;
    const nowMs = clock.nowMs();
    // What was late here was this node: the others may have spoken all the while.
    const ownLagMs = nowMs - this.#lookedMs - lookEveryMs;
    this.#lookedMs = nowMs;
    return [...this.#peers.values()].filter((peer) => {
      if (ownLagMs > lookEveryMs) peer.arrivals.forgive(ownLagMs, nowMs);
      return peer.judge(nowMs);
    });
  }

  stop(): void {
    for (const peer of this.#peers.values()) peer.stop();
  }

  #meet(nodeId: string, incarnation: number, intervalMs: number): Peer | undefined {
    const { clock, onStatus } = this.#options;
    const earlier = this.#peers.get(nodeId);
    // What the earlier one was asked it will not answer.
    earlier?.tell("DECLARED_DEAD");
    earlier?.stop();
    this.#peers.delete(nodeId);
    if (this.#peers.size >= MAX_PEERS && !this.#forgetOne()) return undefined;
    const arrivals = new ArrivalHistory(clock.nowMs(), intervalMs);
    const peer = new Peer(nodeId, incarnation, arrivals);
    this.#peers.set(nodeId, peer);
    peer.start((status) => {
      onStatus(nodeId, status);
    });
    return peer;
  }

  /** Makes room by forgetting one that is gone. */
  #forgetOne(): boolean {
    const gone = [...this.#peers.values()].find(({ status }) => status === "dead" || status === "left");
    if (gone === undefined) return false;
    gone.stop();
    return this.#peers.delete(gone.nodeId);
  }
}

/** One incarnation of another node. */
class Peer {
  readonly #actor: Actor<typeof peerMachine> = createActor(peerMachine);
  #askedMs = -Infinity;

  constructor(
    readonly nodeId: string,
    readonly incarnation: number,
    readonly arrivals: ArrivalHistory,
  ) {}

  get status(): PeerStatus {
    return this.#actor.getSnapshot().value;
  }

  /** `onStatus` is told of the first status and of every change. */
  start(onStatus: (status: PeerStatus) => void): void {
    let shown: PeerStatus | undefined;
    this.#actor.subscribe(({ value }) => {
      if (value === shown) return;
      shown = value;
      onStatus(value);
    });
    this.#actor.start();
  }

  tell(type: Parameters<Actor<typeof peerMachine>["send"]>[0]["type"]): void {
    if (this.status !== "left") this.#actor.send({ type });
  }

  /** True when it is newly suspected. */
  judge(nowMs: number): boolean {
    const verdict = this.arrivals.verdict(nowMs);
    if (verdict === "alive") return false;
    const before = this.status;
    this.tell(verdict === "dead" ? "DECLARED_DEAD" : "SUSPECTED");
    return before === "alive" && verdict === "suspect";
  }

  /** Whether it may be asked for its state now; it then counts as asked. */
  mayAsk(nowMs: number, intervalMs: number): boolean {
    if (nowMs - this.#askedMs < intervalMs / ASKS_PER_INTERVAL) return false;
    this.#askedMs = nowMs;
    return true;
  }

  stop(): void {
    this.#actor.stop();
  }
}
