// The lifecycle of one engine instance: starting → running {healthy, degraded, critical} → draining → stopped, and
// faulted → restarting with backoff. Effects enter as actors and actions; the machine only decides what follows what.
import { assertEvent, assign, fromPromise, setup } from "xstate";
import { messageOf } from "../../contracts/errors.js";
import { HEALTH_LEVELS, LIFECYCLES, type HealthLevel, type Lifecycle } from "../../contracts/identity.js";
import { restartDelayMs, type RestartPolicy } from "./restart-policy.js";

export type EngineHostEvent =
  | { readonly type: "START" }
  | { readonly type: "STOP" }
  | { readonly type: "DRAIN" }
  | { readonly type: "RESTART" }
  | { readonly type: "FAULT"; readonly reason: string }
  | { readonly type: "ASSESSED"; readonly level: HealthLevel; readonly reasons: readonly string[] };

export interface EngineHostInput {
  readonly policy: RestartPolicy;
  readonly drainLimitMs: number;
  readonly startLimitMs: number;
  readonly nowMs: () => number;
}

export interface EngineHostContext extends EngineHostInput {
  readonly restarts: number;
  readonly reasons: readonly string[];
  /** Since it last ran. */
  readonly failedStarts: number;
  /** On `Clock.nowMs`, ascending: as many as the policy looks at. */
  readonly restartedAtMs: readonly number[];
}

function reasonOf(error: unknown): string {
  return `could not start: ${messageOf(error)}`;
}

const unprovided = fromPromise<void>(() => Promise.reject(new Error("the host must provide this actor")));

const machine = setup({
  types: { context: {} as EngineHostContext, events: {} as EngineHostEvent, input: {} as EngineHostInput },
  actors: {
    /** Creates the behaviour and runs its start hook. */
    boot: unprovided,
    /** Resolves when nothing runs and nothing waits. */
    drain: unprovided,
    /** Resolves when nothing runs. */
    settle: unprovided,
  },
  actions: {
    admitCalls: () => undefined,
    refuseCalls: () => undefined,
    openMailbox: () => undefined,
    closeMailbox: () => undefined,
    /** Fails what runs, closes what the behaviour opened; what waits is kept. */
    tearDown: () => undefined,
    refuseWaiting: () => undefined,
    noteRestart: assign(({ context: { restartedAtMs, policy, nowMs } }) => ({
      restartedAtMs: [...restartedAtMs, nowMs()].slice(-policy.maxRestarts),
    })),
    countRestart: assign({ restarts: ({ context }) => context.restarts + 1 }),
    clearReasons: assign({ reasons: [] }),
    noteStarted: assign({ failedStarts: 0 }),
    noteFailedBoot: assign(({ context }, { error }: { error: unknown }) => ({
      reasons: [reasonOf(error)],
      failedStarts: context.failedStarts + 1,
    })),
    noteFault: assign(({ event }) => {
      assertEvent(event, "FAULT");
      return { reasons: [event.reason] };
    }),
    noteFindings: assign(({ event }) => {
      assertEvent(event, "ASSESSED");
      return { reasons: event.reasons };
    }),
  },
  guards: {
    isLevel: ({ event }, level: HealthLevel) => event.type === "ASSESSED" && event.level === level,
  },
  delays: {
    restartDelay: ({ context: { policy, restartedAtMs, nowMs } }) => restartDelayMs(policy, restartedAtMs, nowMs()),
    drainLimit: ({ context }) => context.drainLimitMs,
    startLimit: ({ context }) => context.startLimitMs,
  },
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
    FAULT: { target: "faulted", actions: "noteFault" },
  },
});

export const engineHostMachine = machine.createMachine({
  id: "engine",
  context: ({ input }) => ({ ...input, restarts: 0, reasons: [], failedStarts: 0, restartedAtMs: [] }),
  initial: "stopped",
  states: {
    stopped: { tags: ["stopped", "critical"], exit: "admitCalls", on: { START: "starting", RESTART: "starting" } },
    starting: { tags: ["starting", "critical"], ...booting },
    running: {
      tags: "running",
      entry: ["clearReasons", "noteStarted", "openMailbox"],
      exit: "closeMailbox",
      initial: "healthy",
      states: { healthy: { tags: "healthy" }, degraded: { tags: "degraded" }, critical: { tags: "critical" } },
      on: {
        ASSESSED: HEALTH_LEVELS.map((level) => ({
          guard: { type: "isLevel", params: level },
          target: `.${level}`,
          actions: "noteFindings",
        })),
        FAULT: { target: "faulted", actions: "noteFault" },
        DRAIN: "draining",
        STOP: { target: "stopped", actions: ["refuseWaiting", "tearDown"] },
        RESTART: "recycling",
      },
    },
    draining: {
      tags: ["draining", "critical"],
      entry: ["refuseCalls", "openMailbox"],
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
      tags: ["restarting", "critical"],
      exit: "tearDown",
      invoke: { id: "settle", src: "settle", onDone: "restarting" },
      after: { drainLimit: "restarting" },
      on: { STOP: { target: "stopped", actions: "refuseWaiting" }, FAULT: "restarting" },
    },
    faulted: {
      tags: ["faulted", "critical"],
      entry: "tearDown",
      after: { restartDelay: { target: "restarting", actions: "noteRestart" } },
      on: { START: "restarting", RESTART: "restarting", STOP: { target: "stopped", actions: "refuseWaiting" } },
    },
    restarting: { tags: ["restarting", "critical"], entry: "countRestart", ...booting },
  },
});

/** What is read of a snapshot: each state bears its lifecycle and its level as tags. */
interface Tagged {
  readonly tags: ReadonlySet<string>;
}

/** An instance that recycles will be back: it restarts. */
export function lifecycleOf({ tags }: Tagged): Lifecycle {
  return LIFECYCLES.find((lifecycle) => tags.has(lifecycle)) ?? "stopped";
}

/** Anything that is not running is critical to those that want it. */
export function levelOf({ tags }: Tagged): HealthLevel {
  return HEALTH_LEVELS.find((level) => tags.has(level)) ?? "critical";
}
