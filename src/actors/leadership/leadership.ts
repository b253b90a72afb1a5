// A node's part in deciding what is decided once: it leads while it holds the lease of the network, and acts only then.
import { fromPromise, type Actor } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import type { Leases } from "../../contracts/lease.js";
import type { ActorTree } from "../actor-tree.js";
import { stateChanges } from "../state-changes.js";
import { leadershipMachine, type Asked } from "./leadership.machine.js";

export interface LeadershipOptions {
  readonly nodeId: string;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly tree: ActorTree;
  readonly heartbeatIntervalMs: number;
  readonly onChanged: (change: { readonly isLeader: boolean; readonly token: number }) => void;
}

/** Of a lease, so that a lost leader is replaced within three heartbeats: asked for four times as often as it lasts. */
const TTL_HEARTBEATS = 2;
const LONGEST_TTL_MS = 10_000;
/** A node that stops has others to tell of it. */
const RELEASE_MS = 1_000;

export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #actor: Actor<typeof leadershipMachine>;
  readonly #tell: (snapshot?: unknown) => void;

  constructor(options: LeadershipOptions) {
    const { nodeId, leases, clock, tree, heartbeatIntervalMs, onChanged } = options;
    const ttlMs = Math.min(TTL_HEARTBEATS * heartbeatIntervalMs, LONGEST_TTL_MS);
    this.#options = options;
    const ask = fromPromise<Asked>(async () => {
      const askedMs = clock.nowMs();
      return { askedMs, hold: await leases.hold(nodeId, ttlMs) };
    });
    const input = { ttlMs, nowMs: () => clock.nowMs() };
    this.#actor = tree.spawn(leadershipMachine.provide({ actors: { ask } }), { systemId: "leadership", input });
    this.#tell = stateChanges(
      "following",
      () => (this.isLeader ? "leading" : "following"),
      () => {
        onChanged({ isLeader: this.isLeader, token: this.token });
      },
    );
    this.#actor.subscribe(this.#tell);
  }

  /** At this very moment, whatever was told last. */
  get isLeader(): boolean {
    const snapshot = this.#actor.getSnapshot();
    const isLeading = snapshot.status === "active" && snapshot.matches("leading");
    return isLeading && this.#options.clock.nowMs() < snapshot.context.untilMs;
  }

  /** Of the lease that this node holds, or held last. */
  get token(): number {
    return this.#actor.getSnapshot().context.token;
  }

  /** Who leads, as far as this node knows. */
  get leader(): string | undefined {
    return this.isLeader ? this.#options.nodeId : this.#actor.getSnapshot().context.holder;
  }

  start(): void {
    this.#actor.start();
  }

  /** Does it where this node leads; the token goes with whatever it does, so that others can tell it from an earlier leader's. */
  act<T>(action: (token: number) => T): T | undefined {
    return this.isLeader ? action(this.token) : undefined;
  }

  async stop(): Promise<void> {
    const { leases, nodeId, tree } = this.#options;
    const led = this.isLeader;
    tree.stop(this.#actor);
    this.#tell();
    // Also where it did not lead: it may be asking just now, and be given the lease. Left alone it lapses by itself.
    const released = leases.release(nodeId).catch(() => undefined);
    if (led) await this.#atMost(released);
  }

  /** A server that is silent is not waited for. */
  #atMost(released: Promise<void>): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const limit = clock.setTimeout(resolve, RELEASE_MS);
      void released.then(() => {
        clock.clearTimeout(limit);
        resolve();
      });
    });
  }
}
