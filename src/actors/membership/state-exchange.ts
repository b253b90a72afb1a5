// The engines of all nodes: who holds newer news of them is asked for it, once, and who asks is told what it lacks and no more.
import type { Clock } from "../../contracts/clock.js";
import type { Identity } from "../../contracts/identity.js";
import type { Message, StateUpdate } from "../../discovery/messages.js";
import { ownChanges } from "../../discovery/own-changes.js";
import type { Registry } from "../../discovery/registry.js";
import type { DiscoveryMail } from "./discovery-mail.js";

export interface StateExchangeOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly mail: Pick<DiscoveryMail, "to">;
  /** Another is asked when the first has not answered for so long. */
  readonly patienceMs: number;
}

/** Engines told of in one message, unless a single node has more. */
const ENGINES_PER_MESSAGE = 1024;

interface Known {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly revision: number;
}

interface Asked extends Known {
  readonly atMs: number;
}

export class StateExchange {
  readonly #options: StateExchangeOptions;
  /** By the node that is asked about; at most one a node. */
  readonly #asked = new Map<string, Asked>();
  /** This node's engines as they were last told of; what told of them before is the same in content, but not the same objects. */
  #stated: readonly Identity[] = [];
  /** Asked with the next turn of the event loop: by who is asked, what of. */
  readonly #asking = new Map<string, Map<string, Known>>();

  constructor(options: StateExchangeOptions) {
    this.#options = options;
  }

  /** This node's engines as they are now. Undefined when nothing of them changed. */
  restate(incarnation: number, engines: readonly Identity[]): StateUpdate | undefined {
    const { registry, nodeId } = this.#options;
    const told = registry.state(nodeId);
    const isContinued = told?.incarnation === incarnation;
    const whole: StateUpdate = { nodeId, incarnation, base: 0, revision: 1, engines: [...engines], vitals: [] };
    const update = isContinued ? ownChanges(told, engines, this.#stated) : whole;
    this.#stated = engines;
    if (update !== undefined) registry.apply(update);
    return update;
  }

  /** `teller` knows that revision of the node: it is asked for it, unless that was done just now. */
  wants(teller: string, { nodeId, incarnation, revision }: Known): void {
    const { registry, clock, patienceMs } = this.#options;
    if (revision <= registry.revisionOf(nodeId, incarnation)) return;
    const asked = this.#asked.get(nodeId);
    const nowMs = clock.nowMs();
    const covers = asked?.incarnation === incarnation && asked.revision >= revision;
    if (covers && nowMs - asked.atMs < patienceMs) return;
    this.#asked.set(nodeId, { nodeId, incarnation, revision, atMs: nowMs });
    if (this.#asking.size === 0) {
      queueMicrotask(() => {
        this.#ask();
      });
    }
    const asking = this.#asking.get(teller) ?? new Map<string, Known>();
    this.#asking.set(teller, asking);
    asking.set(nodeId, { nodeId, incarnation, revision: registry.revisionOf(nodeId, incarnation) });
  }

  answer({ nodeId: asker, of }: Message<"discovery.stateRequested">): void {
    const { nodeId, registry, mail } = this.#options;
    let updates: StateUpdate[] = [];
    let engines = 0;
    const tell = (): void => {
      if (updates.length > 0) mail.to(asker, { type: "discovery.stateTold", nodeId, updates });
      [updates, engines] = [[], 0];
    };
    for (const wanted of of) {
      const record = registry.state(wanted.nodeId);
      if (record === undefined || record.incarnation < wanted.incarnation) continue;
      const base = record.incarnation === wanted.incarnation ? wanted.revision : 0;
      if (record.revision <= base) continue;
      const update = record.since(base);
      const more = update.engines.length + update.vitals.length;
      if (engines + more > ENGINES_PER_MESSAGE) tell();
      updates.push(update);
      engines += more;
    }
    tell();
  }

  forget(nodeId: string): void {
    this.#asked.delete(nodeId);
  }

  close(): void {
    this.#asking.clear();
  }

  #ask(): void {
    const { nodeId, mail } = this.#options;
    const asking = [...this.#asking];
    this.#asking.clear();
    for (const [teller, of] of asking) {
      mail.to(teller, { type: "discovery.stateRequested", nodeId, of: [...of.values()] });
    }
  }
}
