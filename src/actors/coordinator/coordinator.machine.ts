// The life of a node: starting → discovering → serving {healthy, degraded, critical} → draining → stopped. It is the root of the
// node's actor system, and outlives every child that fails.
import { assertEvent, assign, emit, setup, stopChild, type AnyActorRef, type ErrorActorEvent } from "xstate";
import type { HealthLevel } from "../../contracts/identity.js";

export type CoordinatorEvent =
  /** The bus is up and this node is a member of the network. */
  | { readonly type: "JOINED" }
  /** This node's own engines and feed are up, and the others were heard. */
  | { readonly type: "READY" }
  | { readonly type: "ASSESSED"; readonly level: HealthLevel; readonly reasons: readonly string[] }
  | { readonly type: "DRAIN" }
  /** Everything has ended. */
  | { readonly type: "STOPPED" }
  /** A child is to end. */
  | { readonly type: "RELEASE"; readonly child: AnyActorRef }
  /** A child ended by a throw. */
  | ErrorActorEvent;

export const coordinatorMachine = setup({
  types: {
    context: {} as { readonly reasons: readonly string[] },
    events: {} as CoordinatorEvent,
    emitted: {} as { readonly type: "actorFailed"; readonly actorId: string; readonly error: unknown },
  },
  actions: {
    noteReasons: assign({ reasons: (_, { reasons }: { reasons: readonly string[] }) => reasons }),
    release: stopChild(({ event }) => {
      assertEvent(event, "RELEASE");
      return event.child;
    }),
    tellFailure: emit(({ event }) => {
      assertEvent(event, "xstate.error.actor.*");
      const { actorId, error } = event;
      return { type: "actorFailed" as const, actorId, error };
    }),
  },
  guards: {
    isLevel: ({ event }, { level }: { level: HealthLevel }) => event.type === "ASSESSED" && event.level === level,
  },
}).createMachine({
  id: "coordinator",
  context: { reasons: [] },
  initial: "starting",
  on: {
    DRAIN: ".draining",
    RELEASE: { actions: "release" },
    "xstate.error.actor.*": { actions: "tellFailure" },
  },
  states: {
    starting: { on: { JOINED: "discovering" } },
    discovering: { on: { READY: "serving" } },
    serving: {
      initial: "healthy",
      states: { healthy: { tags: "healthy" }, degraded: { tags: "degraded" }, critical: { tags: "critical" } },
      on: {
        ASSESSED: (["healthy", "degraded", "critical"] as const).map((level) => ({
          guard: { type: "isLevel" as const, params: { level } },
          target: `.${level}` as const,
          actions: { type: "noteReasons" as const, params: ({ event }) => ({ reasons: event.reasons }) },
        })),
      },
    },
    draining: { on: { STOPPED: "stopped", DRAIN: {} } },
    stopped: { type: "final" },
  },
});
