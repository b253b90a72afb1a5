// Who is there and what they can do: the last writer wins, by incarnation of the node, then by revision.
import type { Identity } from "../contracts/identity.js";
import type { NodeState } from "./messages.js";

/** Nodes known at once; a further one is refused. */
const MAX_NODES = 1024;

export class Registry {
  readonly #states = new Map<string, NodeState>();
  #identities: readonly Identity[] | undefined;
  refused = 0;

  /** True when it changed what is known. */
  apply(state: NodeState): boolean {
    const known = this.#states.get(state.nodeId);
    if (known !== undefined && !isNewer(state, known)) return false;
    if (known === undefined && this.#states.size >= MAX_NODES) {
      this.refused += 1;
      return false;
    }
    this.#states.set(state.nodeId, state);
    this.#identities = undefined;
    return true;
  }

  remove(nodeId: string): boolean {
    this.#identities = undefined;
    return this.#states.delete(nodeId);
  }

  state(nodeId: string): NodeState | undefined {
    return this.#states.get(nodeId);
  }

  /** Whether a heartbeat of this incarnation and revision speaks of what is known here. */
  isCurrent(nodeId: string, incarnation: number, revision: number): boolean {
    const known = this.#states.get(nodeId);
    return known?.incarnation === incarnation && known.revision === revision;
  }

  /** Of all nodes, sorted by instance id, so that every node lists the same. */
  identities(): readonly Identity[] {
    this.#identities ??= [...this.#states.values()]
      .flatMap(({ engines }) => engines)
      .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    return this.#identities;
  }
}

/** Whether a state replaces another of the same node. */
function isNewer(state: NodeState, known: NodeState): boolean {
  if (state.incarnation !== known.incarnation) return state.incarnation > known.incarnation;
  return state.revision > known.revision;
}
