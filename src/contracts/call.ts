// One call to one instance: what travels from a router to an engine host, in process as is, across processes in an envelope.
import type { NautilusError } from "./errors.js";
import type { Priority } from "./priority.js";

/** A product that a recipe is made from. */
export interface Need {
  /** Product key. */
  readonly product: string;
  /** Content key. */
  readonly key: string;
}

/**
 * How a product is made. `key` names its content: what it is made from, hashed. Without a base for a source that was not
 * read yet, whose content is hence not known.
 */
export interface Recipe {
  readonly operationId: string;
  readonly key: string;
  readonly needs: readonly Need[];
}

/** What the caller of a run supplied, or a source resolved. */
export interface Fact {
  /** Content key. */
  readonly key: string;
  readonly value: unknown;
}

/** A product that was made for a run. */
export interface MadeProduct {
  readonly recipe: Recipe;
  /** Instances that hold it. */
  readonly holders: readonly string[];
  /** Where it was made for this run: part of what whoever takes it gets from its giver. */
  readonly making?: Making | undefined;
}

/**
 * Everything that a product is made from, and that from what: enough for any instance to fetch its needs, or to make a lost
 * one anew. Lists, and not records by key, of which each would be an object of a shape of its own. Never changed once sent.
 */
export interface Cookbook {
  readonly facts: readonly Fact[];
  readonly made: readonly MadeProduct[];
}

export interface Making {
  readonly ms: number;
  /** Instances that were asked for it first, and did not give it. */
  readonly missedBy: readonly string[];
}

export type CallRequest =
  /** Run an operation on values, by product key; answers with its output. */
  | { readonly kind: "operation"; readonly inputs: Readonly<Record<string, unknown>> }
  /** Make a product and keep it; answers with a `Receipt`. `runId` is kept with it, to be named when it is reused. */
  | { readonly kind: "make"; readonly recipe: Recipe; readonly cookbook: Cookbook; readonly runId: string }
  /** Hand over a product that is kept, making it anew where it was lost; answers with its value. */
  | { readonly kind: "fetch"; readonly recipe: Recipe; readonly cookbook: Cookbook; readonly runId: string };

/** What a step answers with: a reference, not the data. */
export interface Receipt {
  readonly key: string;
  readonly instanceId: string;
  /** The run whose result was used instead of computing. */
  readonly reusedFrom?: string;
  /** What a source resolved, by product key. */
  readonly pinned?: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly operationId: string;
  readonly request: CallRequest;
  readonly priority: Priority;
  /** On the process's own `Clock.nowMs`. */
  readonly deadlineMs: number;
  /** Instance id of the engine that asks, or `coordinator@node`. */
  readonly consumer: string;
  readonly correlationId: string;
}

/** A call with its end. Exactly one of `succeed` and `fail` counts: the first. */
export interface OpenCall extends Call {
  /** When it was handed to the instance, on `Clock.nowMs`. */
  readonly sentMs: number;
  /** True once it ended, or nobody waits for it any more. */
  readonly ended: boolean;
  /** Runs `listener` when the call ends before an answer: cancelled, or past its deadline. At most one listener. */
  onAbandoned(listener: () => void): void;
  /** `nowMs`: the time of the answer on `Clock.nowMs`, which whoever answers has just read anyway. */
  succeed(value: unknown, nowMs: number): void;
  fail(error: NautilusError): void;
}

/** The way to one instance. Takes the call or fails it; never throws. */
export interface InstanceLink {
  readonly instanceId: string;
  /** Operations that run or wait there, whoever asked: now, or of an instance elsewhere when it last answered. Undefined: unknown. */
  readonly held?: number | undefined;
  send(call: OpenCall): void;
}

export interface CallOptions {
  readonly priority?: Priority;
  /** Absolute, on `Clock.nowMs`. */
  readonly deadlineMs?: number;
  readonly consumer: string;
  readonly correlationId?: string;
  readonly signal?: AbortSignal;
  /** Instances to choose from first, where they are up. */
  readonly prefer?: readonly string[];
  /** Engine that the answer is for, where somebody else asks: its partnerships count for the choice. */
  readonly behalf?: string | undefined;
  /** What it took to make what is fetched now: counts as part of the exchange. */
  readonly making?: Making | undefined;
  /** Of an engine that is asked for: where a strategy looks at them. */
  readonly capabilities?: readonly string[];
  /** A second attempt elsewhere when the first takes long, whichever answers first. */
  readonly hedge?: boolean;
  /** Told of every attempt as it begins. */
  readonly onAttempt?: (instanceId: string) => void;
}

/** How anything in a node calls an operation on whichever instance serves it best. */
export interface Caller {
  /**
   * @throws NautilusError (rejected) GIVER_DOWN when no instance is up, OVERLOADED when every queue is full,
   * DEADLINE_EXCEEDED, CANCELLED, or what the operation failed with
   */
  call(operationId: string, request: CallRequest, options: CallOptions): Promise<unknown>;
}
