// The other nodes that this one knows of: a bounded table, the ring of those that are there, and who of them beats to this node.
import type { Clock } from "../../contracts/clock.js";
import { MAX_NODES } from "../../discovery/messages.js";
import { isMesh, neighboursOf } from "../../discovery/overlay.js";
import { Peer, type Finding, type PeerStatus } from "./peer.js";

export interface PeersOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  /** How late this node itself is with looking, before others are forgiven their silence. */
  readonly lookEveryMs: number;
  readonly onStatus: (peer: Peer, status: PeerStatus) => void;
}

export interface Found {
  readonly peer: Peer;
  readonly finding: Finding;
}

export class Peers {
  readonly #options: PeersOptions;
  readonly #peers = new Map<string, Peer>();
  /** This node among those that are there, sorted; undefined when that has to be seen anew. */
  #ring: readonly string[] | undefined;
  /** Undefined when they have to be listed anew. */
  #list: readonly Peer[] | undefined;
  #neighbours = new Set<string>();
  #lookedMs: number;
  /** Who newly beats to this node, since the last look. */
  readonly #gained = new Set<Peer>();
  #someoneDied = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#lookedMs = options.clock.nowMs();
  }

  /** Sorted by node id. */
  list(): readonly Peer[] {
    this.#list ??= [...this.#peers.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    return this.#list;
  }

  get(nodeId: string): Peer | undefined {
    return this.#peers.get(nodeId);
  }

  ring(): readonly string[] {
    if (this.#ring === undefined) {
      const present = [...this.#peers.values()].filter(({ isPresent }) => isPresent).map(({ nodeId }) => nodeId);
      this.#ring = [...present, this.#options.nodeId].sort();
      this.#settle(this.#ring);
    }
    return this.#ring;
  }

  /** Those who beat to this node, and to whom it beats. */
  neighbours(): ReadonlySet<string> {
    this.ring();
    return this.#neighbours;
  }

  /** The peer of that incarnation, where it is one that counts: not a past one, and not one too many. */
  of(nodeId: string, incarnation: number, intervalMs: number): Peer | undefined {
    const known = this.#peers.get(nodeId);
    if (known === undefined || incarnation > known.incarnation) return this.#meet(nodeId, incarnation, intervalMs);
    return incarnation < known.incarnation ? undefined : known;
  }

  /** It said goodbye, or others heard it. True when that is new. */
  left(nodeId: string, incarnation: number): boolean {
    const peer = this.#peers.get(nodeId);
    return peer !== undefined && incarnation >= peer.incarnation && peer.left();
  }

  /** Called at an even pace: what follows from the silence of others. */
  look(): readonly Found[] {
    const { clock, lookEveryMs } = this.#options;
    const nowMs = clock.nowMs();
    // What was late here was this node: the others may have spoken all the while.
    const ownLagMs = nowMs - this.#lookedMs - lookEveryMs;
    this.#lookedMs = nowMs;
    const neighbours = this.neighbours();
    const found = this.#probe(nowMs);
    for (const peer of this.#peers.values()) {
      if (ownLagMs > lookEveryMs) peer.forgive(ownLagMs, nowMs);
      const finding = peer.look(nowMs, neighbours.has(peer.nodeId));
      if (finding !== "none") found.push({ peer, finding });
    }
    return [...found, ...this.#lookFurther(nowMs)];
  }

  stop(): void {
    for (const peer of this.#peers.values()) peer.stop();
  }

  /** After a death it may be that nobody else would hear those die who beat to this node in its place: they are asked. */
  #probe(nowMs: number): Found[] {
    const isTold = this.#someoneDied && !isMesh(this.ring().length);
    const asked = isTold ? [...this.#gained].filter(({ isPresent }) => isPresent) : [];
    this.#gained.clear();
    this.#someoneDied = false;
    return asked.map((peer) => {
      peer.probed(nowMs);
      return { peer, finding: "ask" };
    });
  }

  /** Where most of those who beat to it fell silent, it may be cut off: all are asked, as nobody tells of them. */
  #lookFurther(nowMs: number): readonly Found[] {
    const neighbours = this.neighbours();
    if (isMesh(this.ring().length)) return [];
    const silent = [...neighbours].filter((nodeId) => this.#peers.get(nodeId)?.status !== "alive").length;
    if (2 * silent <= neighbours.size) return [];
    const doubted = [...this.#peers.values()].filter((peer) => peer.doubt(nowMs));
    return doubted.map((peer) => ({ peer, finding: "ask" }));
  }

  #settle(ring: readonly string[]): void {
    const { nodeId, clock } = this.#options;
    const before = this.#neighbours;
    this.#neighbours = new Set(neighboursOf(nodeId, ring));
    for (const id of this.#neighbours) {
      const peer = before.has(id) ? undefined : this.#peers.get(id);
      if (peer === undefined) continue;
      peer.watched(clock.nowMs());
      this.#gained.add(peer);
    }
  }

  #meet(nodeId: string, incarnation: number, intervalMs: number): Peer | undefined {
    const { clock, onStatus } = this.#options;
    const earlier = this.#peers.get(nodeId);
    // What the earlier one was asked it will not answer.
    earlier?.replaced();
    earlier?.stop();
    this.#peers.delete(nodeId);
    this.#list = undefined;
    if (this.#peers.size >= MAX_NODES && !this.#forgetOne()) return undefined;
    const peer = new Peer(nodeId, incarnation, { nowMs: clock.nowMs(), intervalMs });
    this.#peers.set(nodeId, peer);
    peer.start((status) => {
      this.#ring = undefined;
      this.#someoneDied ||= status === "dead";
      onStatus(peer, status);
    });
    return peer;
  }

  /** Makes room by forgetting one that is gone. */
  #forgetOne(): boolean {
    const gone = [...this.#peers.values()].find(({ isPresent }) => !isPresent);
    if (gone === undefined) return false;
    gone.stop();
    this.#list = undefined;
    return this.#peers.delete(gone.nodeId);
  }
}
