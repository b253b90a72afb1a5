// One agreement, on the side of the consumer that owns it: proposed → negotiating → trial → active {nominal, strained} →
// suspended → trial …, dissolved. The provider's answers and what the consumer measured are its events.
import { assign, setup } from "xstate";
import type { Agreement, PartnershipSide, PartnershipVerb } from "../../contracts/partnership.js";

/** Whose word it is; the consumer's unless said. */
interface Word {
  readonly by?: PartnershipSide;
  readonly reason: string;
}

export type PartnershipMachineEvent =
  | (Word & { readonly type: "ACCEPT" | "REJECT" | "DISSOLVE" })
  | (Word & { readonly type: "COUNTER"; readonly terms?: Agreement["terms"] })
  /** One of the two is down or gone. */
  | (Word & { readonly type: "LOST" })
  /** A window of calls was judged. */
  | {
      readonly type: "MEASURED";
      readonly verdict: "good" | "bad";
      /** There is trust enough to come closer. */
      readonly promotable: boolean;
      /** It is as loose as can be already. */
      readonly loosest: boolean;
    }
  /** The consumer has no other partner for its products any more. */
  | { readonly type: "SOLE" }
  /** Both are up again. */
  | { readonly type: "BACK" };

export interface Announcement {
  readonly verb: PartnershipVerb;
  readonly by: PartnershipSide;
  readonly reason: string;
  readonly terms?: Agreement["terms"];
}

export interface PartnershipInput {
  /** Makes the next epoch of the agreement and tells the provider. */
  readonly announce: (announcement: Announcement) => void;
}

/** Whom it tells is part of it: one machine serves all, as compiling one for each costs more than all it does. */
export interface PartnershipContext extends PartnershipInput {
  /** Windows in a row, since the last change. */
  readonly good: number;
  readonly bad: number;
}

/** Good windows in a row that end a trial, a strain, or lead to a closer relationship. */
const TO_CONFIRM = 1;
const TO_RELIEVE = 2;
const TO_PROMOTE = 3;
/** Bad windows in a row that end a trial, or loosen a relationship. */
const TO_FAIL_TRIAL = 2;
const TO_DEMOTE = 3;

const machine = setup({
  types: { context: {} as PartnershipContext, events: {} as PartnershipMachineEvent, input: {} as PartnershipInput },
  actions: {
    announce: ({ context }, announcement: Announcement) => {
      context.announce(announcement);
    },
    countGood: assign({ good: ({ context }) => context.good + 1, bad: 0 }),
    countBad: assign({ bad: ({ context }) => context.bad + 1, good: 0 }),
    countAnew: assign({ good: 0, bad: 0 }),
  },
  guards: {
    isGood: ({ event }) => event.type === "MEASURED" && event.verdict === "good",
    isBad: ({ event }) => event.type === "MEASURED" && event.verdict === "bad",
    endsTrial: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "good" && context.good + 1 >= TO_CONFIRM,
    failsTrial: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "bad" && context.bad + 1 >= TO_FAIL_TRIAL,
    bringsCloser: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "good" && event.promotable && context.good + 1 >= TO_PROMOTE,
    relieves: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "good" && context.good + 1 >= TO_RELIEVE,
    loosens: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "bad" && !event.loosest && context.bad + 1 >= TO_DEMOTE,
    breaks: ({ context, event }) =>
      event.type === "MEASURED" && event.verdict === "bad" && event.loosest && context.bad + 1 >= TO_DEMOTE,
  },
});

const say = (verb: PartnershipVerb, reason: string) => ({
  type: "announce" as const,
  params: { verb, by: "consumer" as const, reason },
});

/** With the reason, and the terms, that the event brings. */
const sayWhy = (verb: PartnershipVerb) => ({
  type: "announce" as const,
  params: ({ event }: { readonly event: PartnershipMachineEvent }): Announcement => {
    const { by = "consumer", reason } = event as Word;
    return { verb, by, reason, ...("terms" in event && { terms: event.terms }) };
  },
});

/** Before both have said yes. */
const answering = machine.createStateConfig({
  on: {
    ACCEPT: { target: "trial", actions: sayWhy("accept") },
    COUNTER: { target: "negotiating", actions: sayWhy("counter") },
    REJECT: { target: "dissolved", actions: sayWhy("reject") },
    LOST: { target: "dissolved", actions: sayWhy("dissolve") },
  },
});

export const partnershipMachine = machine.createMachine({
  id: "partnership",
  context: ({ input: { announce } }) => ({ announce, good: 0, bad: 0 }),
  initial: "proposed",
  on: { DISSOLVE: { target: ".dissolved", actions: sayWhy("dissolve") } },
  states: {
    proposed: answering,
    negotiating: answering,
    trial: {
      entry: "countAnew",
      on: {
        MEASURED: [
          { guard: "endsTrial", target: "active", actions: say("confirm", "the service level was kept on trial") },
          {
            guard: "failsTrial",
            target: "dissolved",
            actions: say("dissolve", "the service level was missed on trial"),
          },
          { guard: "isGood", actions: "countGood" },
          { guard: "isBad", actions: "countBad" },
        ],
        LOST: { target: "suspended", actions: sayWhy("suspend") },
        SOLE: { actions: say("amend", "it is the only partner now") },
      },
    },
    active: {
      initial: "nominal",
      on: {
        LOST: { target: "suspended", actions: sayWhy("suspend") },
        SOLE: { actions: say("amend", "it is the only partner now") },
      },
      states: {
        nominal: {
          entry: "countAnew",
          on: {
            MEASURED: [
              { guard: "isBad", target: "strained", actions: say("strain", "the service level was missed") },
              {
                guard: "bringsCloser",
                actions: ["countAnew", say("promote", "the service level was kept, and trust is high")],
              },
              { guard: "isGood", actions: "countGood" },
            ],
          },
        },
        strained: {
          entry: "countAnew",
          on: {
            MEASURED: [
              { guard: "relieves", target: "nominal", actions: say("relieve", "the service level is kept again") },
              {
                guard: "loosens",
                actions: ["countAnew", say("demote", "the service level is missed again and again")],
              },
              {
                guard: "breaks",
                target: "#partnership.dissolved",
                actions: say("dissolve", "the service level is missed again and again"),
              },
              { guard: "isGood", actions: "countGood" },
              { guard: "isBad", actions: "countBad" },
            ],
          },
        },
      },
    },
    suspended: { on: { BACK: { target: "trial", actions: say("resume", "both are up again") } } },
    dissolved: { type: "final" },
  },
});
