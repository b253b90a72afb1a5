// A breaker: closed → open → halfOpen → closed, or open again for longer. The gate that calls read is set by its actions.
import { assign, setup } from "xstate";

export type BreakerEvent =
  { readonly type: "TRIPPED" } | { readonly type: "TRIAL_SUCCEEDED" } | { readonly type: "TRIAL_FAILED" };

export interface BreakerContext {
  /** Openings since it last stayed closed for as long as `forgetAfter`. */
  readonly openings: number;
  readonly successes: number;
}

/** Trial calls that a half-open breaker lets out, all of which must succeed. */
export const TRIALS = 3;

export const breakerMachine = setup({
  types: { context: {} as BreakerContext, events: {} as BreakerEvent },
  actions: {
    openGate: () => undefined,
    halfOpenGate: () => undefined,
    closeGate: () => undefined,
    countOpening: assign({ openings: ({ context }) => context.openings + 1, successes: 0 }),
    countSuccess: assign({ successes: ({ context }) => context.successes + 1 }),
    forget: assign({ openings: 0 }),
  },
  guards: { isLastTrial: ({ context }) => context.successes + 1 >= TRIALS },
  delays: { openFor: 0, forgetAfter: 0 },
}).createMachine({
  id: "breaker",
  context: { openings: 0, successes: 0 },
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
