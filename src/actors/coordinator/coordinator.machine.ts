// The life of a node: starting → discovering → serving {healthy, degraded, critical} → draining → stopped.
import { assign, setup } from "xstate";
import type { HealthLevel } from "../../contracts/identity.js";

export type CoordinatorEvent =
  /** The bus is up and this node is a member of the network. */
  | { readonly type: "JOINED" }
  /** This node's own engines and feed are up, and the others were heard. */
  | { readonly type: "READY" }
  | { readonly type: "ASSESSED"; readonly level: HealthLevel; readonly reasons: readonly string[] }
  | { readonly type: "DRAIN" }
  | { readonly type: "DRAINED" };

export const coordinatorMachine = setup({
  types: { context: {} as { readonly reasons: readonly string[] }, events: {} as CoordinatorEvent },
  actions: {
    noteReasons: assign({ reasons: (_, { reasons }: { reasons: readonly string[] }) => reasons }),
  },
}).createMachine({
  id: "coordinator",
  context: { reasons: [] },
  initial: "starting",
  on: { DRAIN: ".draining" },
  states: {
    starting: { on: { JOINED: "discovering" } },
    discovering: { on: { READY: "serving" } },
    serving: {
      initial: "healthy",
      states: { healthy: {}, degraded: {}, critical: {} },
      on: {
        ASSESSED: [
          {
            guard: ({ event }) => event.level === "healthy",
            target: ".healthy",
            actions: { type: "noteReasons", params: ({ event }) => ({ reasons: event.reasons }) },
          },
          {
            guard: ({ event }) => event.level === "degraded",
            target: ".degraded",
            actions: { type: "noteReasons", params: ({ event }) => ({ reasons: event.reasons }) },
          },
          {
            target: ".critical",
            actions: { type: "noteReasons", params: ({ event }) => ({ reasons: event.reasons }) },
          },
        ],
      },
    },
    draining: { on: { DRAINED: "stopped", DRAIN: {} } },
    stopped: { type: "final" },
  },
});
