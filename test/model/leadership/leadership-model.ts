// What a lease promises, and three nodes that want it of one server, which answers late, is cut off, or loses what it knew.
import { createTestTree } from "../../support/actor-tree.js";
import { expect } from "vitest";
import { Leadership } from "../../../src/actors/leadership/leadership.js";
import type { Leases } from "../../../src/contracts/lease.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { LeaseServer } from "../../../src/simulation/lease-server.js";

export const NODES = ["a", "b", "c"] as const;
export type NodeId = (typeof NODES)[number];
export const HEARTBEAT_MS = 1_000;

export class LeadershipModel {
  /** Nodes that run, and those that the server cannot be reached from. */
  readonly running = new Set<NodeId>();
  readonly cut = new Set<NodeId>();
  /** The last time that anything happened which may cost a leader. */
  disturbedMs = 0;
}

export class RealLeaders {
  readonly clock = new VirtualClock();
  readonly server = new LeaseServer();
  readonly #nodes = new Map<NodeId, Leadership>();
  readonly #model: LeadershipModel;
  /** Half of it on the way there, half on the way back. */
  latencyMs = 0;
  /** When what each node said last is there: nothing overtakes on one connection. */
  readonly #arrivalMs = new Map<NodeId, number>();
  #lastToken = 0;
  everLed = 0;

  constructor(model: LeadershipModel) {
    this.#model = model;
  }

  start(nodeId: NodeId): void {
    const node = new Leadership({
      nodeId,
      clock: this.clock,
      tree: createTestTree(this.clock),
      heartbeatIntervalMs: HEARTBEAT_MS,
      leases: this.#leasesOf(nodeId),
      onChanged: ({ isLeader, token }) => {
        if (!isLeader) return;
        this.everLed += 1;
        // Whoever leads now is later than whoever led before.
        expect(token).toBeGreaterThanOrEqual(this.#lastToken);
        this.#lastToken = token;
      },
    });
    this.#nodes.set(nodeId, node);
    node.start();
  }

  /** In order: it lets go. */
  async stop(nodeId: NodeId): Promise<void> {
    const node = this.#nodes.get(nodeId);
    this.#nodes.delete(nodeId);
    const stopping = node?.stop();
    // What it said last is on its way.
    await this.advance(this.latencyMs + 1);
    while ((this.#arrivalMs.get(nodeId) ?? 0) > this.clock.nowMs()) await this.advance(this.latencyMs + 1);
    await this.advance(this.latencyMs + 1);
    await stopping;
    // Also where it was being given the lease while it stopped.
    if (!this.#model.cut.has(nodeId)) expect(this.server.holder).not.toBe(nodeId);
  }

  async stopAll(): Promise<void> {
    for (const nodeId of [...this.#nodes.keys()]) await this.stop(nodeId);
  }

  leaders(): readonly NodeId[] {
    return [...this.#nodes].filter(([, node]) => node.isLeader).map(([nodeId]) => nodeId);
  }

  /** Looks at every moment at which anything can change. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    this.check();
    while (this.clock.nowMs() < untilMs) {
      const nextMs = Math.min(untilMs, this.clock.nextDueMs ?? untilMs);
      await this.clock.advance(Math.max(1, nextMs - this.clock.nowMs()));
      this.check();
    }
  }

  check(): void {
    const leaders = this.leaders();
    expect(leaders.length).toBeLessThanOrEqual(1);
    const { running, cut, disturbedMs } = this.#model;
    const able = [...running].filter((nodeId) => !cut.has(nodeId));
    const undisturbedMs = this.clock.nowMs() - disturbedMs;
    if (able.length > 0 && undisturbedMs > 3 * HEARTBEAT_MS + 2 * this.latencyMs) {
      expect(leaders).toHaveLength(1);
      expect(able).toContain(leaders[0]);
    }
  }

  #leasesOf(nodeId: NodeId): Leases {
    const travel = <T>(answer: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        const half = this.latencyMs / 2;
        const arrive = (): void => {
          if (this.#model.cut.has(nodeId)) {
            lost();
            return;
          }
          const said = answer();
          // The answer may be lost all the same.
          this.clock.setTimeout(() => {
            if (this.#model.cut.has(nodeId)) lost();
            else resolve(said);
          }, half);
        };
        const lost = (): void => {
          reject(new Error("the connection was lost"));
        };
        const arrivalMs = Math.max(this.clock.nowMs() + half, this.#arrivalMs.get(nodeId) ?? 0);
        this.#arrivalMs.set(nodeId, arrivalMs);
        this.clock.setTimeout(arrive, arrivalMs - this.clock.nowMs());
      });
    return {
      hold: (holder, ttlMs) => travel(() => this.server.hold(holder, ttlMs, this.clock.nowMs())),
      release: (holder) => travel(() => this.server.release(holder)),
    };
  }
}
