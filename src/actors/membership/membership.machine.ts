// Whether a node takes part in its network: apart → joined → left. A node that left does not come back; its next start is another.
import { setup } from "xstate";

export const membershipMachine = setup({
  types: { events: {} as { readonly type: "JOIN" } | { readonly type: "LEAVE" } },
}).createMachine({
  id: "membership",
  initial: "apart",
  states: {
    apart: { on: { JOIN: "joined" } },
    joined: { on: { LEAVE: "left" } },
    left: { type: "final" },
  },
});
