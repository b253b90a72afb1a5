// What this node believes of another one: alive, suspect, dead, left. A dead one that is heard again was not dead.
import { setup } from "xstate";

export type PeerEvent =
  | { readonly type: "HEARD" }
  | { readonly type: "SUSPECTED" }
  | { readonly type: "DECLARED_DEAD" }
  | { readonly type: "LEFT" };

export const peerMachine = setup({ types: { events: {} as PeerEvent } }).createMachine({
  id: "peer",
  initial: "alive",
  states: {
    alive: { on: { SUSPECTED: "suspect", DECLARED_DEAD: "dead", LEFT: "left" } },
    suspect: { on: { HEARD: "alive", DECLARED_DEAD: "dead", LEFT: "left" } },
    dead: { on: { HEARD: "alive", LEFT: "left" } },
    /** Only a new incarnation comes back, as a new peer. */
    left: { type: "final" },
  },
});
