// One call to one instance: what travels from a router to an engine host, in process as is, across processes in an envelope.
import type { NautilusError } from "./errors.js";
import type { Priority } from "./priority.js";

/** How an instance got, or can again get, each product of a run: enough for any instance to make a lost one anew. */
export interface Recipe {
  readonly operationId: string;
  readonly gives: string;
  /** Content key of each need, by product key. */
  readonly needs: Readonly<Record<string, string>>;
}

/** Everything that is known of a run's products by content key. Read-only once sent: a step gets a new one. */
export interface Cookbook {
  readonly recipes: Readonly<Record<string, Recipe>>;
  /** Values that the caller supplied, by content key. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Instances that hold a product, by content key. */
  readonly holders: Readonly<Record<string, readonly string[]>>;
}

export type CallRequest =
  /** Run an operation on values; inputs by product key. */
  | { readonly kind: "operation"; readonly inputs: Readonly<Record<string, unknown>> }
  /** Make the product of a recipe and keep it; answers with a `StepReceipt`. */
  | {
      readonly kind: "make";
      readonly key: string | undefined;
      readonly recipe: Recipe;
      readonly cookbook: Cookbook;
      readonly fresh: string | undefined;
    }
  /** Hand over a product that is kept, or make it again. */
  | { readonly kind: "fetch"; readonly key: string; readonly recipe: Recipe; readonly cookbook: Cookbook };

/** What a consumer gets back for a step that it asked for: a reference, not the data. */
export interface StepReceipt {
  /** Content key: what the product is made from, hashed. */
  readonly key: string;
  readonly instanceId: string;
  /** Time spent in the operation itself; 0 when reused. */
  readonly computeMs: number;
  readonly reused: boolean;
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
  readonly traceparent: string | undefined;
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}

/** Exactly one of the two is called, exactly once. */
export interface CallEnd {
  succeed(value: unknown): void;
  fail(error: NautilusError): void;
}

/** The way to one instance. Takes the call or fails it; never throws. */
export interface InstanceLink {
  readonly instanceId: string;
  send(call: Call, end: CallEnd): void;
}
