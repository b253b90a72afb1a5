// What this node believes of the whole network, as it tells others of it, and the digest by which two nodes see that they differ.
import type { Claim } from "../../discovery/messages.js";
import type { Registry } from "../../discovery/registry.js";
import { ViewDigest } from "../../discovery/view-digest.js";
import type { Peer } from "./peer.js";
import type { Peers } from "./peers.js";

export class View {
  readonly #registry: Registry;
  readonly #peers: Peers;
  readonly #digest = new ViewDigest();

  constructor(registry: Registry, peers: Peers) {
    this.#registry = registry;
    this.#peers = peers;
  }

  get digest(): string {
    return this.#digest.value;
  }

  /** Something of the peer changed: whether it is there, or what is known of its engines. */
  note({ nodeId, incarnation, isPresent }: Peer): void {
    if (isPresent) this.noteRevision(nodeId, incarnation);
    else this.#digest.set(nodeId, undefined);
  }

  noteRevision(nodeId: string, incarnation: number): void {
    this.#digest.set(nodeId, `${incarnation} ${this.#registry.revisionOf(nodeId, incarnation)}`);
  }

  claimOf(nodeId: string): Claim | undefined {
    const peer = this.#peers.get(nodeId);
    return peer === undefined ? undefined : this.#claim(peer);
  }

  /** Of all other nodes, also those that are gone. */
  claims(): Claim[] {
    return this.#peers.list().map((peer) => this.#claim(peer));
  }

  /** What one who claimed that may learn from this node, which says `own` of itself. */
  better(than: readonly Claim[], own: Claim): Claim[] {
    const theirs = new Map(than.map((claim) => [claim.nodeId, claim]));
    return [own, ...this.claims()].filter((claim) => isBetter(claim, theirs.get(claim.nodeId)));
  }

  #claim({ nodeId, incarnation, aliveAtMs, intervalMs, toldStatus: status }: Peer): Claim {
    const revision = this.#registry.revisionOf(nodeId, incarnation);
    return { nodeId, incarnation, revision, aliveAtMs, intervalMs, status };
  }
}

function isBetter(ours: Claim, theirs: Claim | undefined): boolean {
  if (theirs === undefined) return true;
  if (ours.incarnation !== theirs.incarnation) return ours.incarnation > theirs.incarnation;
  return ours.status !== theirs.status || ours.revision > theirs.revision;
}
