// A call between its acceptance by the router and its one end.
import type { CallOptions, CallRequest, OpenCall } from "../contracts/call.js";
import { NautilusError } from "../contracts/errors.js";
import type { Priority } from "../contracts/priority.js";
import { Expiring } from "../kernel/deadline-wheel.js";
import type { Candidate } from "./candidate.js";
import type { Route } from "./route.js";

/** What a pending call tells its router. */
export interface CallOwner {
  answered(call: PendingCall, value: unknown, nowMs: number): void;
  failed(call: PendingCall, error: NautilusError): void;
}

export class PendingCall extends Expiring implements OpenCall {
  attempts = 0;
  candidate: Candidate | undefined = undefined;
  sentMs = 0;
  ended = false;
  readonly #owner: CallOwner;
  #abandoned: (() => void) | undefined = undefined;
  #unlisten: (() => void) | undefined = undefined;

  // eslint-disable-next-line @typescript-eslint/max-params -- an object of options would be one more allocation per call
  constructor(
    owner: CallOwner,
    readonly route: Route,
    readonly request: CallRequest,
    readonly options: CallOptions,
    readonly deadlineMs: number,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: NautilusError) => void,
  ) {
    super();
    this.#owner = owner;
    if (options.signal !== undefined) this.#listen(options.signal);
  }

  get operationId(): string {
    return this.route.operationId;
  }

  get priority(): Priority {
    return this.options.priority ?? "normal";
  }

  get consumer(): string {
    return this.options.consumer;
  }

  get correlationId(): string {
    return this.options.correlationId ?? "";
  }

  succeed(value: unknown, nowMs: number): void {
    if (!this.ended) this.#owner.answered(this, value, nowMs);
  }

  fail(error: NautilusError): void {
    if (!this.ended) this.#owner.failed(this, error);
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  override expire(): void {
    const { operationId, candidate } = this;
    const where = candidate === undefined ? "" : ` at ${candidate.link.instanceId}`;
    this.#abandon(new NautilusError("DEADLINE_EXCEEDED", `${operationId}${where} did not answer before the deadline`));
  }

  /** Marks the end; the router calls it exactly once. */
  close(): void {
    this.ended = true;
    this.#unlisten?.();
  }

  /** Ends the call from the router's side: nothing that is retryable. */
  end(error: NautilusError): void {
    this.#abandon(error);
  }

  #abandon(error: NautilusError): void {
    if (this.ended) return;
    const abandoned = this.#abandoned;
    this.#owner.failed(this, error);
    abandoned?.();
  }

  #listen(signal: AbortSignal): void {
    const cancel = (): void => {
      this.#abandon(new NautilusError("CANCELLED", `the caller of ${this.operationId} gave up`));
    };
    signal.addEventListener("abort", cancel, { once: true });
    this.#unlisten = (): void => {
      signal.removeEventListener("abort", cancel);
    };
  }
}
