// How a node takes part in the network: membership, the router's view of it, and calls across nodes.
import type { ActorTree } from "../actors/actor-tree.js";
import { Membership } from "../actors/membership/membership.js";
import type { PeerStatus } from "../actors/membership/peer.js";
import { CallServer } from "../actors/remote-calls/call-server.js";
import { RemoteCalls } from "../actors/remote-calls/remote-calls.js";
import type { Bus } from "../contracts/bus.js";
import type { InstanceLink } from "../contracts/call.js";
import type { Clock } from "../contracts/clock.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Identity } from "../contracts/identity.js";
import type { Ids } from "../contracts/ids.js";
import type { Logger } from "../contracts/logger.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import type { RoutableInstance } from "../routing/route-table.js";
import type { Router } from "../routing/router.js";
import { isSameList } from "../kernel/same-list.js";
import type { EngineFleet } from "./engine-fleet.js";

export interface NetworkOptions {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly options: ResolvedNodeOptions;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly tree: ActorTree;
  readonly ids: Ids;
  readonly log: Logger;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  readonly router: Router;
  readonly fleet: EngineFleet;
  /** Who is there, up or down, or what they offer. */
  readonly onChanged: () => void;
  /** They are all there as before, and were measured anew. */
  readonly onMeasured: () => void;
  readonly onPeer: (nodeId: string, status: PeerStatus) => void;
}

export class Network {
  readonly membership: Membership;
  readonly #parts: NetworkOptions;
  readonly #remote: RemoteCalls;
  readonly #server: CallServer;
  readonly #links = new Map<string, InstanceLink>();
  /** Changes of the registry that the router was told of. */
  #heard = 0;
  /** What the list of all is made of, and the list. */
  #own: readonly Identity[] = [];
  #registered: readonly Identity[] = [];
  #identities: readonly Identity[] = [];

  constructor(parts: NetworkOptions) {
    const { nodeId, incarnation, options, bus, clock, tree, log, createEnvelope, fleet, onPeer } = parts;
    this.#parts = parts;
    this.#remote = new RemoteCalls({
      ...parts,
      incarnationOf: (peer) => this.membership.registry.state(peer)?.incarnation ?? 0,
      onSilent: (peer) => {
        this.membership.doubt(peer);
      },
    });
    this.#server = new CallServer({
      ...parts,
      // A later one than it began with it has claimed since it began.
      accepts: (meant) => meant === 0 || meant === incarnation || meant >= this.membership.incarnation,
      localInstance: (id) => fleet.host(id),
    });
    this.membership = new Membership({
      nodeId,
      incarnation,
      bus,
      clock,
      tree,
      log,
      channel: options.discoveryChannel,
      heartbeatIntervalMs: options.heartbeatIntervalMs,
      createEnvelope,
      localEngines: () => fleet.identities(),
      onChanged: () => {
        this.#hear();
      },
      onPeer: (peer, status) => {
        if (status === "dead" || status === "left") this.#remote.nodeLost(peer);
        // A doubt changes whom the router asks, before anything is known for sure.
        this.#route();
        onPeer(peer, status);
      },
    });
  }

  join(): void {
    this.#server.open();
    this.#remote.open();
    this.membership.join();
  }

  leave(): void {
    this.membership.leave();
    this.#server.close();
    this.#remote.close();
  }

  /** Something of this node's engines changed: the router knows at once, the others by an announcement. */
  touch(): void {
    this.#route();
    this.membership.touch();
  }

  /** This node's engines were measured anew: the others are told. */
  measured(): void {
    this.#parts.onMeasured();
    this.membership.touch();
  }

  /** Of all nodes; this node's own as they are at this moment. The same list for as long as nothing of any of them changed. */
  identities(): readonly Identity[] {
    const { nodeId, fleet } = this.#parts;
    const own = fleet.identities();
    const registered = this.membership.registry.identities();
    if (own === this.#own && registered === this.#registered) return this.#identities;
    this.#own = own;
    this.#registered = registered;
    const others = registered.filter((identity) => identity.nodeId !== nodeId);
    const all = [...own, ...others].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    // What this node told of its own is registered too, and is no news here.
    if (!isSameList(all, this.#identities)) this.#identities = all;
    return this.#identities;
  }

  /** Most of what others tell is what they measured of themselves, which the router does not ask for. */
  #hear(): void {
    const { changes } = this.membership.registry;
    if (changes === this.#heard) this.#parts.onMeasured();
    else this.#route();
    this.#heard = changes;
  }

  /** Tells the router that who is there changed: at once for this node's own engines, which need no message to be known. */
  #route(): void {
    const { router, onChanged } = this.#parts;
    router.networkChanged(() => this.#routable());
    onChanged();
  }

  #routable(): readonly RoutableInstance[] {
    const identities = this.identities();
    const suspects = new Set(
      this.membership
        .peers()
        .filter(({ status }) => status === "suspect")
        .map(({ nodeId }) => nodeId),
    );
    const present = new Set(identities.map(({ instanceId }) => instanceId));
    for (const instanceId of this.#links.keys()) if (!present.has(instanceId)) this.#links.delete(instanceId);
    return identities.map((identity) => ({
      link: this.#linkTo(identity),
      lifecycle: identity.health.lifecycle,
      failsToStart: identity.health.failedStarts > 0,
      suspect: suspects.has(identity.nodeId),
      capabilities: identity.capabilities,
      operations: identity.operations,
    }));
  }

  #linkTo({ instanceId, nodeId }: Identity): InstanceLink {
    const local = this.#parts.fleet.host(instanceId);
    if (local !== undefined) return local;
    const link = this.#links.get(instanceId) ?? this.#remote.linkTo(instanceId, nodeId);
    this.#links.set(instanceId, link);
    return link;
  }
}
