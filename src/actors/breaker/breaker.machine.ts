// A breaker: closed → open → halfOpen → closed, or open again for longer. The gate that calls read is set by its actions.
import { assign, setup } from "xstate";

export type BreakerEvent =
  { readonly type: "TRIPPED" } | { readonly type: "TRIAL_SUCCEEDED" } | { readonly type: "TRIAL_FAILED" };

/** What it moves. */
export interface MovedGate {
  open(): void;
  halfOpen(trials: number): void;
  close(): void;
}

/** The gate is part of it: one machine serves every breaker, as compiling one for each costs more than all it does. */
export interface BreakerContext {
  readonly gate: MovedGate;
  /** Openings since it last stayed closed for as long as `forgetAfter`. */
  readonly openings: number;
  readonly successes: number;
}

/** Trial calls that a half-open breaker lets out, all of which must succeed. */
const TRIALS = 3;
/** Each opening that follows soon upon another lasts twice as long, up to half a minute. */
const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 30_000;
const FORGET_AFTER_MS = 60_000;

export const breakerMachine = setup({
  types: { context: {} as BreakerContext, events: {} as BreakerEvent, input: {} as { readonly gate: MovedGate } },
  actions: {
    openGate: ({ context: { gate } }) => {
      gate.open();
    },
    halfOpenGate: ({ context: { gate } }) => {
      gate.halfOpen(TRIALS);
    },
    closeGate: ({ context: { gate } }) => {
      gate.close();
    },
    countOpening: assign({ openings: ({ context }) => context.openings + 1, successes: 0 }),
    countSuccess: assign({ successes: ({ context }) => context.successes + 1 }),
    forget: assign({ openings: 0 }),
  },
  guards: { isLastTrial: ({ context }) => context.successes + 1 >= TRIALS },
  delays: {
    openFor: ({ context }) => Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** (context.openings - 1)),
    forgetAfter: FORGET_AFTER_MS,
  },
}).createMachine({
  id: "breaker",
  context: ({ input: { gate } }) => ({ gate, openings: 0, successes: 0 }),
  initial: "closed",
  states: {
    closed: { entry: "closeGate", on: { TRIPPED: "open" }, after: { forgetAfter: { actions: "forget" } } },
    open: { entry: ["countOpening", "openGate"], after: { openFor: "halfOpen" } },
    halfOpen: {
      entry: "halfOpenGate",
      on: {
        TRIAL_SUCCEEDED: [{ guard: "isLastTrial", target: "closed" }, { actions: "countSuccess" }],
        TRIAL_FAILED: "open",
      },
    },
  },
});
