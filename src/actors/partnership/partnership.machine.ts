// One side of one agreement: proposed → negotiating → trial → active {nominal, strained} → suspended → trial …, dissolved. The
// provider's side answers; the consumer's side, which feels what it gets, judges. What either decides it announces, and the
// other side follows wherever that leads.
import { assign, setup } from "xstate";
import type { PartnershipPhase, PartnershipVerb } from "../../contracts/partnership.js";

export type PartnershipMachineEvent =
  /** The other side's word counts: it is in this phase. */
  | { readonly type: "HEARD"; readonly phase: PartnershipPhase; readonly strained: boolean }
  | { readonly type: "ACCEPT" }
  | { readonly type: "COUNTER" }
  | { readonly type: "REJECT"; readonly reason: string }
  /** A window of calls was judged, on the consumer's side. */
  | {
      readonly type: "MEASURED";
      readonly verdict: "good" | "bad";
      /** There is trust enough to come closer. */
      readonly promotable: boolean;
      /** It is as loose as can be already. */
      readonly loosest: boolean;
    }
  /** One of the two is down or gone. */
  | { readonly type: "LOST"; readonly reason: string }
  /** The consumer has no other partner for its products any more. */
  | { readonly type: "SOLE" }
  /** Both are up again. */
  | { readonly type: "BACK" }
  | { readonly type: "DISSOLVE"; readonly reason: string };

export interface Announcement {
  readonly verb: PartnershipVerb;
  readonly reason: string;
}

export interface PartnershipInput {
  /** Makes the next epoch of the agreement and tells the other side. */
  readonly announce: (announcement: Announcement) => void;
}

/** Whom it tells is part of it: one machine serves every side, as compiling one for each costs more than all it does. */
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
    heardProposed: ({ event }) => event.type === "HEARD" && event.phase === "proposed",
    heardNegotiating: ({ event }) => event.type === "HEARD" && event.phase === "negotiating",
    heardTrial: ({ event }) => event.type === "HEARD" && event.phase === "trial",
    heardNominal: ({ event }) => event.type === "HEARD" && event.phase === "active" && !event.strained,
    heardStrained: ({ event }) => event.type === "HEARD" && event.phase === "active" && event.strained,
    heardSuspended: ({ event }) => event.type === "HEARD" && event.phase === "suspended",
    heardDissolved: ({ event }) => event.type === "HEARD" && event.phase === "dissolved",
  },
});

const reasonOf = ({ event }: { readonly event: PartnershipMachineEvent }): string =>
  "reason" in event ? event.reason : "";

const say = (verb: PartnershipVerb, reason: string) => ({ type: "announce" as const, params: { verb, reason } });

const sayWhy = (verb: PartnershipVerb) => ({
  type: "announce" as const,
  params: ({ event }: { readonly event: PartnershipMachineEvent }): Announcement => ({
    verb,
    reason: reasonOf({ event }),
  }),
});

/** Before both have said yes. */
const answering = machine.createStateConfig({
  on: {
    ACCEPT: { target: "trial", actions: say("accept", "the terms can be kept") },
    COUNTER: { target: "negotiating", actions: say("counter", "other terms can be kept"), reenter: true },
    REJECT: { target: "dissolved", actions: sayWhy("reject") },
    LOST: { target: "dissolved", actions: sayWhy("dissolve") },
  },
});

export const partnershipMachine = machine.createMachine({
  id: "partnership",
  context: ({ input: { announce } }) => ({ announce, good: 0, bad: 0 }),
  initial: "proposed",
  on: {
    HEARD: [
      { guard: "heardProposed", target: ".proposed" },
      { guard: "heardNegotiating", target: ".negotiating" },
      { guard: "heardTrial", target: ".trial" },
      { guard: "heardNominal", target: ".active.nominal" },
      { guard: "heardStrained", target: ".active.strained" },
      { guard: "heardSuspended", target: ".suspended" },
      { guard: "heardDissolved", target: ".dissolved" },
    ],
    DISSOLVE: { target: ".dissolved", actions: sayWhy("dissolve") },
  },
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
