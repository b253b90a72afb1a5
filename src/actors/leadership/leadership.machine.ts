// Whether a node leads: asking for the lease → waiting to ask again, or leading → asking to keep it, or lapsed. What it believes ends
// before the lease does.
import { assign, fromPromise, setup } from "xstate";
import type { Hold } from "../../contracts/lease.js";

export interface Asked {
  readonly hold: Hold;
  /** On `Clock.nowMs`: when it was asked, which is before the lease began. */
  readonly askedMs: number;
}

export interface LeadershipInput {
  readonly ttlMs: number;
  readonly nowMs: () => number;
}

export interface LeadershipContext extends LeadershipInput {
  readonly token: number;
  /** On `Clock.nowMs`: it leads before, and not from then on. */
  readonly untilMs: number;
  /** As far as is known. */
  readonly holder: string | undefined;
}

/** Of its time, the lease is asked for this often … */
const ASKS_PER_TTL = 4;
/** … and believed in for this share of it: clocks do not run alike. */
const BELIEVED = 0.9;

export const leadershipMachine = setup({
  types: { context: {} as LeadershipContext, input: {} as LeadershipInput },
  actors: { ask: fromPromise<Asked>(() => Promise.reject(new Error("nobody to ask"))) },
  actions: {
    take: assign(({ context: { ttlMs } }, { hold, askedMs }: Asked) =>
      hold.isHeld
        ? { token: hold.token, untilMs: askedMs + BELIEVED * ttlMs, holder: undefined }
        : { untilMs: -Infinity, holder: hold.holder },
    ),
    lose: assign({ untilMs: -Infinity }),
    /** Whoever led when it was last asked may have lost the lease since. */
    forget: assign({ holder: undefined }),
  },
  guards: {
    /** Also: not so late that it is over already. */
    isHeld: ({ context: { ttlMs, nowMs } }, { hold, askedMs }: Asked) =>
      hold.isHeld && nowMs() < askedMs + BELIEVED * ttlMs,
  },
  delays: {
    askAgain: ({ context: { ttlMs } }) => ttlMs / ASKS_PER_TTL,
    lapse: ({ context: { untilMs, nowMs } }) => Math.max(0, untilMs - nowMs()),
  },
}).createMachine({
  id: "leadership",
  context: ({ input }) => ({ ...input, token: 0, untilMs: -Infinity, holder: undefined }),
  initial: "following",
  states: {
    following: {
      initial: "asking",
      states: {
        asking: {
          invoke: {
            id: "ask",
            src: "ask",
            onDone: [
              {
                guard: { type: "isHeld", params: ({ event }) => event.output },
                target: "#leadership.leading",
                actions: { type: "take", params: ({ event }) => event.output },
              },
              {
                target: "waiting",
                actions: {
                  type: "take",
                  params: ({ event }) => ({ ...event.output, hold: unheld(event.output.hold) }),
                },
              },
            ],
            onError: { target: "waiting", actions: "forget" },
          },
        },
        waiting: { after: { askAgain: "asking" } },
      },
    },
    leading: {
      after: { lapse: { target: "following", actions: "lose" } },
      initial: "resting",
      states: {
        resting: { after: { askAgain: "asking" } },
        asking: {
          invoke: {
            id: "keep",
            src: "ask",
            onDone: [
              {
                guard: { type: "isHeld", params: ({ event }) => event.output },
                target: "#leadership.leading",
                reenter: true,
                actions: { type: "take", params: ({ event }) => event.output },
              },
              {
                target: "#leadership.following.waiting",
                actions: {
                  type: "take",
                  params: ({ event }) => ({ ...event.output, hold: unheld(event.output.hold) }),
                },
              },
            ],
            onError: "resting",
          },
        },
      },
    },
  },
});

/** An answer that came too late to be of use says as little as none. */
function unheld(hold: Hold): Hold {
  return hold.isHeld ? { isHeld: false, holder: undefined } : hold;
}
