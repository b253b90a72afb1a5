// What is known of one incarnation of a node, kept so that what is new since any revision can be told.
import type { Identity } from "../contracts/identity.js";
import type { StateUpdate, Vitals } from "./messages.js";

interface Stamp {
  /** Revisions of the node in which the engine changed at all, and in more than its vitals. */
  readonly changedIn: number;
  readonly profileIn: number;
}

export class NodeRecord {
  readonly nodeId: string;
  readonly incarnation: number;
  /** Shared with whoever told it until it changes. */
  #engines: readonly Identity[];
  #revision: number;
  /** What changed before it is not known: to a base before it everything is told. */
  #wholeIn: number;
  readonly #stamps = new Map<string, Stamp>();

  /** @param whole an update without a base */
  constructor(whole: StateUpdate) {
    this.nodeId = whole.nodeId;
    this.incarnation = whole.incarnation;
    this.#engines = whole.engines;
    this.#revision = whole.revision;
    this.#wholeIn = whole.revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get engines(): readonly Identity[] {
    return this.#engines;
  }

  /**
   * The update is of this incarnation, later, and its base is known. False where all are there as before, up or down, and offer
   * what they did: they were measured anew.
   */
  apply({ base, revision, engines, vitals }: StateUpdate): boolean {
    this.#revision = revision;
    if (base === 0) {
      this.#engines = engines;
      this.#wholeIn = revision;
      this.#stamps.clear();
      return true;
    }
    let isOther = engines.length > 0;
    const profiles = new Map(engines.map((identity) => [identity.instanceId, identity]));
    const changed = new Map(vitals.map((each) => [each.instanceId, each]));
    const kept = this.#engines.map((identity) => {
      const { instanceId } = identity;
      const profile = profiles.get(instanceId);
      profiles.delete(instanceId);
      const now = changed.get(instanceId);
      isOther ||= now !== undefined && !isAsUp(identity.health, now.health);
      return profile ?? withVitals(identity, now);
    });
    this.#engines = [...kept, ...profiles.values()];
    for (const { instanceId } of vitals) this.#stamp(instanceId, { changedIn: revision });
    for (const { instanceId } of engines) this.#stamp(instanceId, { changedIn: revision, profileIn: revision });
    return isOther;
  }

  /** What is new since a revision of this incarnation; everything since 0, and where it is not known what was new. */
  since(base: number): StateUpdate {
    const { nodeId, incarnation, revision } = this;
    if (base === 0 || base < this.#wholeIn) {
      return { nodeId, incarnation, base: 0, revision, engines: [...this.#engines], vitals: [] };
    }
    const stampOf = ({ instanceId }: Identity): Stamp | undefined => this.#stamps.get(instanceId);
    const changed =
      this.#stamps.size === 0 ? [] : this.#engines.filter((each) => (stampOf(each)?.changedIn ?? 0) > base);
    const isNewProfile = (identity: Identity): boolean => (stampOf(identity)?.profileIn ?? 0) > base;
    return {
      nodeId,
      incarnation,
      base,
      revision,
      engines: changed.filter(isNewProfile),
      vitals: changed.filter((identity) => !isNewProfile(identity)).map(vitalsOf),
    };
  }

  #stamp(instanceId: string, stamp: Partial<Stamp>): void {
    this.#stamps.set(instanceId, { changedIn: 0, profileIn: 0, ...this.#stamps.get(instanceId), ...stamp });
  }
}

export function vitalsOf({ instanceId, revision, health, load, operations }: Identity): Vitals {
  return { instanceId, revision, health, load, measured: operations.map(({ measured }) => measured) };
}

function isAsUp(before: Identity["health"], now: Identity["health"]): boolean {
  return before.lifecycle === now.lifecycle && before.failedStarts === now.failedStarts;
}

function withVitals(identity: Identity, vitals: Vitals | undefined): Identity {
  if (vitals === undefined) return identity;
  const { revision, health, load, measured } = vitals;
  const operations = identity.operations.map((operation, index) => ({
    ...operation,
    measured: measured[index] ?? operation.measured,
  }));
  return { ...identity, revision, health, load, operations };
}
