// The lifecycle of one engine instance: starting → running {healthy, degraded, critical} → draining → stopped, and
// faulted → restarting with backoff. Effects enter as actors and actions; the machine only decides what follows what.
import { assign, fromPromise, setup } from "xstate";
import { messageOf } from "../../contracts/errors.js";
import type { HealthLevel, Lifecycle } from "../../contracts/identity.js";

export type EngineHostEvent =
  | { readonly type: "START" }
  | { readonly type: "STOP" }
  | { readonly type: "DRAIN" }
  | { readonly type: "RESTART" }
  | { readonly type: "FAULT"; readonly reason: string }
  | { readonly type: "ASSESSED"; readonly level: HealthLevel; readonly reasons: readonly string[] };

export interface EngineHostContext {
  readonly restarts: number;
  readonly reasons: readonly string[];
  /** Since it last ran. */
  readonly failedStarts: number;
}

function reasonOf(error: unknown): string {
  return `could not start: ${messageOf(error)}`;
}

const unprovided = fromPromise<void>(() => Promise.reject(new Error("the host must provide this actor")));

const machine = setup({
  types: { context: {} as EngineHostContext, events: {} as EngineHostEvent },
  actors: {
    /** Creates the behaviour and runs its start hook. */
    boot: unprovided,
    /** Resolves when nothing runs and nothing waits. */
    drain: unprovided,
    /** Resolves when nothing runs. */
    settle: unprovided,
  },
  actions: {
    openMailbox: () => undefined,
    closeMailbox: () => undefined,
    /** Fails what runs, closes what the behaviour opened; what waits is kept. */
    tearDown: () => undefined,
    refuseWaiting: () => undefined,
    noteRestart: () => undefined,
    countRestart: assign({ restarts: ({ context }) => context.restarts + 1 }),
    clearReasons: assign({ reasons: [] }),
    noteStarted: assign({ failedStarts: 0 }),
    noteFailedBoot: assign(({ context }, { error }: { error: unknown }) => ({
      reasons: [reasonOf(error)],
      failedStarts: context.failedStarts + 1,
    })),
    noteReason: assign({ reasons: (_, { reasons }: { reasons: readonly string[] }) => reasons }),
  },
  delays: { restartDelay: 0, drainLimit: 0, startLimit: 0 },
});

/** On the way up, for the first time or again: it runs, or it is faulted. */
const booting = machine.createStateConfig({
  invoke: {
    id: "boot",
    src: "boot",
    onDone: "running",
    onError: {
      target: "faulted",
      actions: { type: "noteFailedBoot", params: ({ event }) => ({ error: event.error }) },
    },
  },
  after: {
    startLimit: { target: "faulted", actions: { type: "noteFailedBoot", params: { error: "it took too long" } } },
  },
  on: {
    STOP: { target: "stopped", actions: ["refuseWaiting", "tearDown"] },
    FAULT: {
      target: "faulted",
      actions: { type: "noteReason", params: ({ event }) => ({ reasons: [event.reason] }) },
    },
  },
});

export const engineHostMachine = machine.createMachine({
  id: "engineHost",
  context: { restarts: 0, reasons: [], failedStarts: 0 },
  initial: "stopped",
  states: {
    stopped: { on: { START: "starting", RESTART: "starting" } },
    starting: booting,
    running: {
      entry: ["clearReasons", "noteStarted", "openMailbox"],
      exit: "closeMailbox",
      initial: "healthy",
      states: { healthy: {}, degraded: {}, critical: {} },
      on: {
        ASSESSED: [
          { guard: ({ event }) => event.level === "healthy", target: ".healthy", actions: "clearReasons" },
          {
            guard: ({ event }) => event.level === "degraded",
            target: ".degraded",
            actions: { type: "noteReason", params: ({ event }) => ({ reasons: event.reasons }) },
          },
          { target: ".critical", actions: { type: "noteReason", params: ({ event }) => ({ reasons: event.reasons }) } },
        ],
        FAULT: {
          target: "faulted",
          actions: { type: "noteReason", params: ({ event }) => ({ reasons: [event.reason] }) },
        },
        DRAIN: "draining",
        STOP: { target: "stopped", actions: ["refuseWaiting", "tearDown"] },
        RESTART: "recycling",
      },
    },
    draining: {
      entry: "openMailbox",
      exit: ["closeMailbox", "tearDown"],
      invoke: { id: "drain", src: "drain", onDone: { target: "stopped", actions: "refuseWaiting" } },
      after: { drainLimit: { target: "stopped", actions: "refuseWaiting" } },
      on: {
        STOP: { target: "stopped", actions: "refuseWaiting" },
        FAULT: { target: "stopped", actions: "refuseWaiting" },
      },
    },
    /** On the way to a wanted restart: what runs ends, what comes waits. */
    recycling: {
      exit: "tearDown",
      invoke: { id: "settle", src: "settle", onDone: "restarting" },
      after: { drainLimit: "restarting" },
      on: { STOP: { target: "stopped", actions: "refuseWaiting" }, FAULT: "restarting" },
    },
    faulted: {
      entry: "tearDown",
      after: { restartDelay: { target: "restarting", actions: "noteRestart" } },
      on: { START: "restarting", RESTART: "restarting", STOP: { target: "stopped", actions: "refuseWaiting" } },
    },
    restarting: { entry: "countRestart", ...booting },
  },
});

/** The flat lifecycle of a state value: `{ running: "degraded" }` is running, and who recycles will be back. */
export function lifecycleOf(value: string | object): Lifecycle {
  if (value === "recycling") return "restarting";
  return (typeof value === "string" ? value : Object.keys(value)[0]) as Lifecycle;
}

/** Anything that is not running is critical to whoever wants it. */
export function levelOf(value: string | object): HealthLevel {
  if (typeof value === "string") return "critical";
  return (value as { running?: HealthLevel }).running ?? "critical";
}
