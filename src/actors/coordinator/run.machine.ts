// One run: planning → working → collecting → succeeded, or failed. It steers the engines' exchanges and carries nothing but
// the wanted products at the end. When a giver is lost or fails on the way, the rest is planned anew around what is already made.
import { assertEvent, assign, enqueueActions, setup } from "xstate";
import type { Caller, Receipt, Recipe } from "../../contracts/call.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Plan, PlanStep } from "../../contracts/plan.js";
import { isFault, mayGoElsewhere } from "../../routing/call-errors.js";
import { deadlineError } from "./deadline-error.js";
import { failedGiver, isBehind, mayHaveHadEffects, wasTurnedAway, without } from "./failed-giver.js";
import type { Failure, StepCall } from "./failed-giver.js";
import {
  beginProgress,
  closeSteps,
  inHand,
  isComplete,
  lateSteps,
  readySteps,
  recipeOf,
  stepBegan,
  stepFailed,
  stepSucceeded,
  stepTaken,
  withMiss,
  withPlan,
  ungiven,
  type RunProgress,
  type UngivenProduct,
} from "./run-progress.js";

export interface RunRequest {
  readonly runId: string;
  /** Name in the result → product key. */
  readonly wants: Readonly<Record<string, string>>;
  /** By product key. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly preference: "fast" | "balanced" | "best";
  readonly fresh: boolean;
  readonly deadlineMs: number;
  /** Of the node that asks: what its operations draw depends on it, wherever they run. Default 0. */
  readonly seed?: number;
}

/** What a run asks of the node it runs on. */
export interface RunEffects {
  /** A plan from what is at hand, without the operations to avoid where there is another way. */
  plan(request: RunRequest, have: readonly string[], avoid: ReadonlySet<string>): Plan | NautilusError;
  isSource(operationId: string): boolean;
  /** No instance that gives it runs. */
  isDown(operationId: string): boolean;
  hasEffects(operationId: string): boolean;
  missed(product: UngivenProduct): void;
  nowMs(): number;
}

/** What carries out the commands of one run. */
export interface WorkerInput {
  readonly caller: Caller;
  /** `coordinator@node`. */
  readonly consumer: string;
  readonly request: RunRequest;
  /** On `Clock.nowMs`. */
  readonly deadlineAtMs: number;
}

export interface StepOrder {
  readonly step: PlanStep;
  readonly recipe: Recipe;
  readonly progress: RunProgress;
}

/** Carries out what a run commands, and answers with the step and collect events. */
export interface RunWork {
  make(order: StepOrder): void;
  collect(progress: RunProgress): void;
  /** Cancels what is under way, and answers no more. */
  cancel(): void;
}

export type RunEvent =
  | Failure
  | (StepCall & { readonly type: "STEP_TAKEN"; readonly instanceId: string })
  | (StepCall & { readonly type: "STEP_SUCCEEDED"; readonly receipt: Receipt })
  | { readonly type: "COLLECTED"; readonly result: Readonly<Record<string, unknown>> }
  | { readonly type: "CANCEL"; readonly error: NautilusError };

export interface RunInput {
  readonly request: RunRequest;
  readonly effects: RunEffects;
  readonly work: RunWork;
  /** On `Clock.nowMs`. */
  readonly deadlineAtMs: number;
  /** Less than that of the request where the run had to wait before it began. */
  readonly deadlineMs: number;
}

export interface RunContext extends RunInput {
  readonly progress: RunProgress;
  readonly replans: number;
  readonly avoid: ReadonlySet<string>;
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly error: NautilusError | undefined;
}

/** How often the rest of a run is planned anew before its failure is final. */
const MAX_REPLANS = 3;

/** Of a run's time: a step that took so much of it is why it ran out, and not those that came too late to be done in time. */
const LATE_SHARE = 0.5;

/** Whoever carries out a step may notice that before the run does. */
function isOver({ effects, deadlineAtMs }: RunContext): boolean {
  return effects.nowMs() >= deadlineAtMs;
}

function withStep(error: NautilusError, operationId: string): NautilusError {
  return new NautilusError(error.code, `${operationId}: ${error.message}`, {
    cause: error.cause,
    retryable: error.retryable,
    details: { ...error.details, step: operationId },
  });
}

/** Who left in order is no worse a giver for that. */
function withMissOf(event: Failure, giver: string, progress: RunProgress): RunProgress {
  return isFault(event.error) ? withMiss(progress, giver) : progress;
}

export const runMachine = setup({
  types: {
    context: {} as RunContext,
    events: {} as RunEvent,
    input: {} as RunInput,
  },
  actions: {
    plan: assign(({ context }) => {
      const { effects, request, progress, avoid } = context;
      const plan = effects.plan(request, inHand(progress), avoid);
      return plan instanceof NautilusError ? { error: plan } : { progress: withPlan(progress, plan) };
    }),
    beginReady: enqueueActions(({ context, enqueue }) => {
      const { effects, request, work } = context;
      const how = { seed: request.seed ?? 0, ...(request.fresh && { salt: request.runId }) };
      let { progress } = context;
      for (const step of readySteps(progress)) {
        const recipe = recipeOf(progress, step, { source: effects.isSource(step.operationId), ...how });
        progress = stepBegan(progress, step.operationId, {
          recipe,
          effects: effects.hasEffects(step.operationId),
          nowMs: effects.nowMs(),
        });
        const order: StepOrder = { step, recipe, progress };
        enqueue(() => {
          work.make(order);
        });
      }
      enqueue.assign({ progress });
    }),
    collect: ({ context: { work, progress } }) => {
      work.collect(progress);
    },
    cancelWork: ({ context: { work } }) => {
      work.cancel();
    },
    noteTaken: assign(({ context, event }) => {
      assertEvent(event, "STEP_TAKEN");
      return { progress: stepTaken(context.progress, event.operationId, event.instanceId) };
    }),
    noteSuccess: assign(({ context, event }) => {
      assertEvent(event, "STEP_SUCCEEDED");
      const made = { receipt: event.receipt, nowMs: context.effects.nowMs() };
      return { progress: stepSucceeded(context.progress, event.operationId, made) };
    }),
    noteFailure: assign(({ context, event }) => {
      assertEvent(event, "STEP_FAILED");
      const failed = { error: event.error, nowMs: context.effects.nowMs() };
      return { progress: stepFailed(context.progress, event.operationId, failed) };
    }),
    giveUpGiver: assign(({ context, event }) => {
      assertEvent(event, ["STEP_FAILED", "COLLECT_FAILED"]);
      const giver = failedGiver(context, event);
      if (giver === undefined) return {};
      const progress = withMissOf(event, giver, context.progress);
      const replans = context.replans + (isBehind(context, event, giver) ? 0 : 1);
      return { ...without({ ...context, progress }, event, giver), replans };
    }),
    failStep: assign(({ context, event }) => {
      assertEvent(event, "STEP_FAILED");
      const { operationId, error } = event;
      const isItsOwn = failedGiver(context, event) === operationId;
      const progress = isItsOwn ? withMissOf(event, operationId, context.progress) : context.progress;
      return { progress, error: withStep(error, operationId) };
    }),
    failCollect: assign(({ event }) => {
      assertEvent(event, "COLLECT_FAILED");
      return { error: event.error };
    }),
    failDeadline: assign(({ context }) => {
      const { progress, deadlineMs, effects } = context;
      const late = lateSteps(progress, { sinceMs: effects.nowMs() - LATE_SHARE * deadlineMs });
      return { error: deadlineError(context), progress: late.reduce(withMiss, progress) };
    }),
    failCancelled: assign(({ event }) => {
      assertEvent(event, "CANCEL");
      return { error: event.error };
    }),
    keepResult: assign(({ event }) => {
      assertEvent(event, "COLLECTED");
      return { result: event.result };
    }),
    tellMisses: ({ context: { progress, effects } }) => {
      for (const product of ungiven(progress)) effects.missed(product);
    },
    close: assign(({ context: { progress, error, effects } }) =>
      error === undefined ? {} : { progress: closeSteps(progress, { error, nowMs: effects.nowMs() }) },
    ),
  },
  guards: {
    hasFailed: ({ context }) => context.error !== undefined,
    isComplete: ({ context }) => isComplete(context.progress),
    ranOut: ({ context, event }) => {
      assertEvent(event, "STEP_FAILED");
      return event.error.code === "DEADLINE_EXCEEDED" && isOver(context);
    },
    /** It was the giver's fault, and not the input's: another giver may do, unless the first may have had an effect. */
    mayReplan: ({ context, event }) => {
      assertEvent(event, ["STEP_FAILED", "COLLECT_FAILED"]);
      if (!mayGoElsewhere(event.error) || isOver(context) || wasTurnedAway(context, event)) return false;
      const giver = failedGiver(context, event);
      if (giver === undefined || mayHaveHadEffects(context, giver)) return false;
      if (context.replans >= MAX_REPLANS && !isBehind(context, event, giver)) return false;
      const { progress, avoid } = without(context, event, giver);
      const { effects, request } = context;
      return !(effects.plan(request, inHand(progress), avoid) instanceof NautilusError);
    },
    /** Left over from an earlier plan, also where a later one took the step up anew: what became of it no longer counts. */
    isLeftOver: ({ context, event }) => {
      assertEvent(event, ["STEP_TAKEN", "STEP_SUCCEEDED", "STEP_FAILED"]);
      return context.progress.steps.get(event.operationId)?.recipe !== event.recipe;
    },
  },
  delays: { deadline: ({ context }) => context.deadlineMs },
}).createMachine({
  id: "run",
  context: ({ input }) => ({
    ...input,
    progress: beginProgress(input.request.facts),
    replans: 0,
    avoid: new Set(),
    result: undefined,
    error: undefined,
  }),
  initial: "active",
  states: {
    active: {
      exit: "cancelWork",
      after: { deadline: { target: "failed", actions: "failDeadline" } },
      on: {
        CANCEL: { target: "failed", actions: "failCancelled" },
        STEP_TAKEN: [{ guard: "isLeftOver" }, { actions: "noteTaken" }],
        COLLECT_FAILED: [
          { guard: "mayReplan", target: ".planning", actions: "giveUpGiver" },
          { target: "failed", actions: "failCollect" },
        ],
        COLLECTED: { target: "succeeded", actions: "keepResult" },
      },
      initial: "planning",
      states: {
        planning: {
          entry: "plan",
          always: [{ guard: "hasFailed", target: "#run.failed" }, { target: "working" }],
        },
        working: {
          entry: "beginReady",
          always: { guard: "isComplete", target: "collecting" },
          on: {
            STEP_SUCCEEDED: [{ guard: "isLeftOver" }, { actions: ["noteSuccess", "beginReady"] }],
            STEP_FAILED: [
              { guard: "isLeftOver" },
              { guard: "ranOut", target: "#run.failed", actions: "failDeadline" },
              { guard: "mayReplan", target: "planning", actions: ["noteFailure", "giveUpGiver"] },
              { target: "#run.failed", actions: ["noteFailure", "failStep"] },
            ],
          },
        },
        collecting: { entry: "collect" },
      },
    },
    succeeded: { type: "final" },
    failed: { entry: ["close", "tellMisses"], type: "final" },
  },
});
