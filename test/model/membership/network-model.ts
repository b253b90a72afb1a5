// What memberships should believe, and real ones on a network that loses, delays and repeats, is parted and heals.
import { expect } from "vitest";
import { MembershipNetwork, NO_FAULTS, type Faults, type NetworkNode } from "../../support/membership-network.js";

export const INTERVAL_MS = 1_000;
/** From a calm, whole network on, until all registries are the same. */
const CONVERGES_MS = 4 * INTERVAL_MS;
const DEAD_WITHIN_MS = 3 * INTERVAL_MS;
/** Where messages are lost: they are said again, and what one alone heard has to go round. */
const LOSS_COSTS_MS = INTERVAL_MS;
const LOSSY: Faults = { drop: 0.05, duplicate: 0.1, maxDelayMs: 60 };

interface ModelNode {
  readonly startedMs: number;
  readonly incarnation: number;
  engines: readonly string[];
  blockedFromMs: number;
  blockedUntilMs: number;
}

interface Gone {
  readonly atMs: number;
  readonly how: "left" | "crashed";
  /** Who surely heard its goodbye. */
  readonly hearers: ReadonlySet<string>;
  /** Who surely heard its heartbeats until then. */
  readonly witnesses: ReadonlySet<string>;
}

export class NetworkModel {
  readonly running = new Map<string, ModelNode>();
  readonly gone = new Map<string, Gone>();
  nowMs = 0;
  isLossy = false;
  #disturbedMs = -Infinity;
  /** Those on the other side, while the network is parted. */
  side: ReadonlySet<string> = new Set();
  /** When who hears whom last changed. */
  linkedMs = 0;
  #incarnation = 0;

  start(nodeId: string): number {
    this.gone.delete(nodeId);
    const incarnation = (this.#incarnation += 1);
    this.running.set(nodeId, {
      startedMs: this.nowMs,
      incarnation,
      engines: ["E"],
      blockedFromMs: 0,
      blockedUntilMs: 0,
    });
    return incarnation;
  }

  stop(nodeId: string, how: Gone["how"]): void {
    const hears = (other: string): boolean => other !== nodeId && this.side.has(other) === this.side.has(nodeId);
    const isCalm = !this.isLossy && this.nowMs >= this.#disturbedMs + LOSSY.maxDelayMs;
    const hearers = [...this.running.keys()].filter(hears);
    const sinceMs = Math.max(this.linkedMs, this.running.get(nodeId)?.startedMs ?? 0);
    const witnesses = new Set(this.nowMs - sinceMs >= INTERVAL_MS ? hearers : []);
    this.running.delete(nodeId);
    this.gone.set(nodeId, { atMs: this.nowMs, how, hearers: new Set(isCalm ? hearers : []), witnesses });
  }

  disturb(isLossy: boolean): void {
    if (this.isLossy) this.#disturbedMs = this.nowMs;
    this.isLossy = isLossy;
  }

  wasLossySince(ms: number): boolean {
    return this.isLossy || this.#disturbedMs >= ms;
  }

  part(side: ReadonlySet<string>): void {
    this.side = side;
    this.linkedMs = this.nowMs;
  }

  isFree(nodeId: string): boolean {
    const node = this.running.get(nodeId);
    return node !== undefined && node.blockedUntilMs <= this.nowMs;
  }
}

interface Death {
  readonly observer: string;
  readonly nodeId: string;
  /** That was known. */
  readonly incarnation: number | undefined;
  /** It is alive again after that, as this incarnation or a later one. */
  readonly isReplaced: boolean;
}

export class RealNetwork {
  readonly network = new MembershipNetwork({ heartbeatIntervalMs: INTERVAL_MS });
  /** By observer and node: the incarnation that was last known. */
  readonly #known = new Map<string, number>();
  readonly #judged = new Map<NetworkNode, number>();

  start(nodeId: string, incarnation: number): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${nodeId} `)) this.#known.delete(key);
    this.network.start(nodeId, incarnation);
  }

  disturb(isLossy: boolean): void {
    this.network.faults = isLossy ? LOSSY : NO_FAULTS;
  }

  /** In steps small enough to tell when something was seen. */
  async advance(model: NetworkModel, ms: number): Promise<void> {
    const until = model.nowMs + ms;
    while (model.nowMs < until) {
      const step = Math.min(INTERVAL_MS / 4, until - model.nowMs);
      await this.network.clock.advance(step);
      model.nowMs += step;
      this.expectSound(model);
    }
  }

  /** What must hold at any time, whatever is lost. */
  expectSound(model: NetworkModel): void {
    expect(this.network.storm, "storm of messages").toBeUndefined();
    for (const death of this.#newDeaths()) expectDeserved(model, death);
    for (const [observer, node] of this.network.nodes) {
      for (const [nodeId, gone] of model.gone) expectNoticed(model, { node, nodeId, gone });
      for (const other of model.running.keys()) {
        const incarnation = node.membership.registry.state(other)?.incarnation;
        if (incarnation === undefined) continue;
        const key = `${observer} ${other}`;
        expect(incarnation, `incarnation of ${other} at ${observer}`).toBeGreaterThanOrEqual(this.#known.get(key) ?? 0);
        this.#known.set(key, incarnation);
      }
    }
  }

  /** Everybody knows everybody, and nobody else. */
  async expectConverged(model: NetworkModel): Promise<void> {
    this.network.heal();
    model.part(new Set());
    model.disturb(false);
    this.disturb(false);
    const blockedMs = Math.max(0, ...[...model.running.values()].map((node) => node.blockedUntilMs - model.nowMs));
    await this.advance(model, blockedMs + CONVERGES_MS);
    const all = [...model.running].flatMap(([id, { engines }]) => engines.map((engine) => `${engine}.1@${id}`)).sort();
    for (const node of this.network.nodes.values()) expect(node.known, `known at ${node.nodeId}`).toEqual(all);
  }

  #newDeaths(): Death[] {
    return [...this.network.nodes.values()].flatMap((node) => {
      const news = node.seen.slice(this.#judged.get(node) ?? 0);
      this.#judged.set(node, node.seen.length);
      return news.flatMap((each, index) => {
        const [nodeId = "", status] = each.split(" ");
        const incarnation = this.#known.get(`${node.nodeId} ${nodeId}`);
        const isReplaced = news.indexOf(`${nodeId} alive`, index) >= 0;
        return status === "dead" ? [{ observer: node.nodeId, nodeId, incarnation, isReplaced }] : [];
      });
    });
  }
}

/** Nobody is declared dead who lives and can be heard, nor who is known to have left. */
function expectDeserved(model: NetworkModel, { observer, nodeId, incarnation, isReplaced }: Death): void {
  const gone = model.gone.get(nodeId);
  // Who left does not come alive again: one that was heard after its death died before it left.
  if (gone?.how === "left" && !isReplaced)
    expect(gone.hearers.has(observer), `${nodeId}, which left, dead at ${observer}`).toBe(false);
  const node = model.running.get(nodeId);
  if (node?.incarnation !== incarnation || node === undefined) return;
  const { startedMs = 0, blockedFromMs = 0, blockedUntilMs = 0 } = model.running.get(observer) ?? {};
  // One whose event loop was blocked when the links changed hears only afterwards what was said of it before.
  const isLate = model.linkedMs > blockedFromMs - DEAD_WITHIN_MS;
  const heardSinceMs = Math.max(node.startedMs, startedMs, model.linkedMs, isLate ? blockedUntilMs : 0);
  const isParted = model.side.has(observer) !== model.side.has(nodeId);
  const heardForMs = model.nowMs - heardSinceMs;
  expect(isParted || heardForMs <= DEAD_WITHIN_MS, `${nodeId} lives, and is dead at ${observer}`).toBe(true);
}

interface Notice {
  readonly node: NetworkNode;
  readonly nodeId: string;
  readonly gone: Gone;
}

/** Who is gone is known to be gone within three heartbeats, and what may pass until a last word that was under way is in. */
function expectNoticed(model: NetworkModel, { node, nodeId, gone }: Notice): void {
  const observer = model.running.get(node.nodeId);
  // Who never heard it depends on others, and has to wait for those whose event loops were blocked.
  const isWitness =
    observer !== undefined && observer.startedMs + INTERVAL_MS <= gone.atMs && gone.witnesses.has(node.nodeId);
  const relied = isWitness ? [observer] : [...model.running.values()];
  const free = relied.map(({ startedMs, blockedUntilMs }) => Math.max(startedMs, blockedUntilMs));
  const sinceMs = Math.max(gone.atMs, model.linkedMs, ...free);
  const lossMs = model.wasLossySince(gone.atMs - INTERVAL_MS) ? LOSS_COSTS_MS : 0;
  if (model.nowMs < sinceMs + DEAD_WITHIN_MS + lossMs + LOSSY.maxDelayMs) return;
  expect(["dead", "left", undefined], `${nodeId}, which ${gone.how}, at ${node.nodeId}`).toContain(node.status(nodeId));
}
