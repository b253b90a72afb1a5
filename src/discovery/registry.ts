// Who is there and what they can do: the last writer wins, by incarnation of the node, then by revision.
import type { Identity } from "../contracts/identity.js";
import { MAX_NODES, type StateUpdate } from "./messages.js";
import { NodeRecord } from "./node-record.js";

/** `gap`: it builds upon a revision that is not known here. */
export type Applied = "changed" | "known" | "gap" | "refused";

export class Registry {
  readonly #records = new Map<string, NodeRecord>();
  #identities: readonly Identity[] | undefined;
  #changes = 0;
  refused = 0;

  /** Grows with every change of who is there, up or down, or of what they offer; not where they were only measured anew. */
  get changes(): number {
    return this.#changes;
  }

  apply(update: StateUpdate): Applied {
    const { nodeId, incarnation, base, revision } = update;
    const known = this.#records.get(nodeId);
    if (known !== undefined && !isNewer(update, known)) return "known";
    const continues = known?.incarnation === incarnation && base <= known.revision;
    if (base > 0 && !continues) return "gap";
    if (known === undefined && this.#records.size >= MAX_NODES) {
      this.refused += 1;
      return "refused";
    }
    const isContinued = known?.incarnation === incarnation && revision > known.revision;
    if (!isContinued) this.#records.set(nodeId, new NodeRecord(update));
    if (!isContinued || known.apply(update)) this.#changes += 1;
    this.#identities = undefined;
    return "changed";
  }

  remove(nodeId: string): boolean {
    this.#identities = undefined;
    this.#changes += 1;
    return this.#records.delete(nodeId);
  }

  state(nodeId: string): NodeRecord | undefined {
    return this.#records.get(nodeId);
  }

  /** The revision that is known of an incarnation; 0 where nothing is. */
  revisionOf(nodeId: string, incarnation: number): number {
    const known = this.#records.get(nodeId);
    return known?.incarnation === incarnation ? known.revision : 0;
  }

  /** Of all nodes, sorted by instance id, so that every node lists the same. */
  identities(): readonly Identity[] {
    this.#identities ??= [...this.#records.values()]
      .flatMap(({ engines }) => engines)
      .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    return this.#identities;
  }
}

/** Whether a state replaces another of the same node. */
function isNewer(state: StateUpdate, known: NodeRecord): boolean {
  if (state.incarnation !== known.incarnation) return state.incarnation > known.incarnation;
  return state.revision > known.revision;
}
